import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { orderIdOf } from "../../../src/kernel/ids";
import { statusSignature, statusUrl, verifyStatusSignature } from "../../../src/orders/domain/status-link";

const KEY = "a key of at least thirty-two characters";
const order = orderIdOf("web", "1001");
const signature = statusSignature(order, KEY);

describe("a status link", () => {
  it("is signed by HMAC-SHA256 over its purpose and the order's id", () => {
    const expected = createHmac("sha256", KEY).update(`order-status-page/v1\n${order}`).digest("base64url");
    expect(signature).toBe(expected);
    expect(statusUrl("https://shop.example", order, KEY)).toBe(`https://shop.example/s/${order}/${expected}`);
  });

  it("is verified by its own signature", () => {
    expect(verifyStatusSignature(order, signature, KEY)).toBe(true);
  });

  it.each([
    { name: "another order's signature", wrong: statusSignature(orderIdOf("web", "1002"), KEY) },
    { name: "a signature by another key", wrong: statusSignature(order, `${KEY}.`) },
    {
      name: "a signature with another first character",
      wrong: `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`,
    },
    {
      name: "a signature with another last character",
      wrong: `${signature.slice(0, -1)}${signature.endsWith("A") ? "B" : "A"}`,
    },
    { name: "a shorter signature", wrong: signature.slice(0, -1) },
    { name: "a longer signature", wrong: `${signature}A` },
    { name: "an empty signature", wrong: "" },
    { name: "a signature of wide characters", wrong: "\u{1F511}".repeat(43) },
  ])("is not verified by $name", ({ wrong }) => {
    expect(verifyStatusSignature(order, wrong, KEY)).toBe(false);
  });
});
