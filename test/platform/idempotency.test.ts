import { describe, expect, it } from "vitest";
import { answerToStore, isFinal, replay } from "../../src/platform/idempotency/idempotent-routes";

const refusal = (code: string, status: number) => answerToStore(status, JSON.stringify({ code }), "req-1");

describe("an answer under an Idempotency-Key", () => {
  it.each([
    { name: "a success", answer: answerToStore(200, "{}", "req-1"), final: true },
    { name: "a success without a body", answer: answerToStore(204, "", "req-1"), final: true },
    { name: "something unknown", answer: refusal("not_found", 404), final: true },
    { name: "a refusal because of the state", answer: refusal("nothing_to_cancel", 409), final: true },
    { name: "a lost race", answer: refusal("version_conflict", 409), final: false },
    { name: "an invalid request", answer: refusal("invalid_request", 422), final: false },
    { name: "a malformed request", answer: refusal("malformed_request", 400), final: false },
    { name: "too many requests", answer: refusal("rate_limited", 429), final: false },
    { name: "an outage", answer: refusal("database_unavailable", 503), final: false },
    { name: "a failure", answer: refusal("internal_error", 500), final: false },
  ])("is kept: $final, for $name", ({ answer, final }) => {
    expect(isFinal(answer)).toBe(final);
  });

  it("is replayed with its status and body, and marked", async () => {
    const replayed = replay(answerToStore(201, '{"id":"a"}', "req-1"));
    expect([replayed.status, await replayed.json()]).toEqual([201, { id: "a" }]);
    expect(replayed.headers.get("idempotency-replayed")).toBe("true");
    expect(replayed.headers.get("content-type")).toBe("application/json");
  });

  it("is replayed without a body if it had none", async () => {
    const replayed = replay(answerToStore(204, "", "req-1"));
    expect([replayed.status, await replayed.text(), replayed.headers.get("content-type")]).toEqual([
      204,
      "",
      null,
    ]);
  });

  it("of up to 500,000 characters is kept", () => {
    const body = "x".repeat(500_000);
    expect(answerToStore(200, body, "req-1").response).toBe(body);
  });

  it("that is larger is replaced by a problem, and fits a row in any script", async () => {
    const answer = answerToStore(201, "永".repeat(500_001), "req-1");
    const replayed = replay(answer);
    expect(replayed.status).toBe(409);
    expect(replayed.headers.get("content-type")).toBe("application/problem+json");
    expect(await replayed.json()).toMatchObject({ code: "answer_not_kept", status: 409, requestId: "req-1" });
    expect(new TextEncoder().encode("永".repeat(500_000)).length).toBeLessThan(2_000_000);
  });
});
