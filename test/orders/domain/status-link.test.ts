import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { orderIdOf } from "../../../src/kernel/ids";
import { statusSignature, statusUrl, verifyStatusSignature } from "../../../src/orders/domain/status-link";

const KEY = "a key of at least thirty-two characters";
const order = orderIdOf("web", "1001");
const signature = statusSignature(order, KEY);

describe("a status link", () => {
  it("is signed by HMAC-SHA256 over its purpose and the order", () => {
    const expected = createHmac("sha256", KEY).update(`order-status-page/v1\n${order}`).digest("base64url");
    expect(signature).toBe(expected);
    expect(statusUrl("https://shop.example", order, KEY)).toBe(`https://shop.example/s/${order}/${expected}`);
  });

  it("opens with its own signature", () => {
    expect(verifyStatusSignature(order, signature, KEY)).toBe(true);
  });

  it.each([
    ["another order's", statusSignature(orderIdOf("web", "1002"), KEY)],
    ["another key's", statusSignature(order, `${KEY}.`)],
    ["one with its first character changed", `${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`],
    [
      "one with its last character changed",
      `${signature.slice(0, -1)}${signature.endsWith("A") ? "B" : "A"}`,
    ],
    ["a shorter one", signature.slice(0, -1)],
    ["a longer one", `${signature}A`],
    ["an empty one", ""],
    ["one of wide characters", "\u{1F511}".repeat(43)],
  ])("does not open with %s", (_what, wrong) => {
    expect(verifyStatusSignature(order, wrong, KEY)).toBe(false);
  });
});
