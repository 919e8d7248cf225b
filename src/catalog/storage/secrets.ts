/**
 * Secrets at rest: AES-256-GCM under the deployment's key. What a secret belongs to is authenticated with
 * it, so that a sealed secret copied into another row does not open there.
 */

const IV_BYTES = 12;

/** Base64 of the random IV and the ciphertext. `key` is 32 bytes of base64. */
export async function seal(key: string, owner: string, secret: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt(
    parameters(iv, owner),
    await importKey(key),
    new TextEncoder().encode(secret),
  );
  const whole = new Uint8Array(IV_BYTES + sealed.byteLength);
  whole.set(iv);
  whole.set(new Uint8Array(sealed), IV_BYTES);
  return btoa(String.fromCharCode(...whole));
}

/** @throws when the key, the owner or the text is not the one it was sealed with. */
export async function open(key: string, owner: string, sealed: string): Promise<string> {
  const whole = bytesOf(sealed);
  const secret = await crypto.subtle.decrypt(
    parameters(whole.slice(0, IV_BYTES), owner),
    await importKey(key),
    whole.slice(IV_BYTES),
  );
  return new TextDecoder().decode(secret);
}

const parameters = (iv: Uint8Array, owner: string) => ({
  name: "AES-GCM",
  iv,
  additionalData: new TextEncoder().encode(owner),
});

const importKey = (key: string) =>
  crypto.subtle.importKey("raw", bytesOf(key), "AES-GCM", false, ["encrypt", "decrypt"]);

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
