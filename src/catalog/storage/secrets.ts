/**
 * Encrypts secrets at rest with AES-256-GCM under the deployment's key. The owner is authenticated with the secret,
 * so that a sealed secret does not open in another owner's row.
 */

const IV_BYTES = 12;

/**
 * Returns the random IV and the ciphertext in base64.
 * @param key 32 bytes in base64.
 */
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

/** @throws if the key or the owner differs from the one it was sealed with, or the text was changed. */
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
