/** The answers are those of https://resend.com/docs/api-reference/errors. */
import { describe, expect, it } from "vitest";
import { createNotifier } from "../../../src/notifications/senders/senders";
import { createResendNotifier } from "../../../src/notifications/senders/resend";
import type { OutgoingNotification } from "../../../src/notifications/senders/notifier";

const message: OutgoingNotification = {
  id: "ntf_1",
  from: "orders@shop.example",
  to: "ada@example.com",
  subject: "We have your order #1001",
  text: "Hello",
  html: "<p>Hello</p>",
};

/** A notifier whose requests are recorded, and answered by `answer`. */
function answering(answer: () => Response | Promise<Response>) {
  const requests: Request[] = [];
  const notifier = createResendNotifier({
    apiKey: "re_123",
    fetch: async (input, init) => {
      requests.push(new Request(input instanceof Request ? input : String(input), init));
      return answer();
    },
  });
  return { notifier, requests };
}

const refusal = (statusCode: number, name: string) =>
  Response.json({ statusCode, name, message: `about ${name}` }, { status: statusCode });

describe("the Resend notifier", () => {
  it("sends the notification with its id as idempotency key", async () => {
    const { notifier, requests } = answering(() =>
      Response.json({ id: "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794" }),
    );
    expect(await notifier.send(message)).toEqual({
      ok: true,
      value: { providerId: "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794" },
    });
    const [request] = requests;
    expect(requests).toHaveLength(1);
    expect(request!.method).toBe("POST");
    expect(request!.url).toBe("https://api.resend.com/emails");
    expect(request!.redirect).toBe("manual");
    expect(request!.headers.get("authorization")).toBe("Bearer re_123");
    expect(request!.headers.get("idempotency-key")).toBe("ntf_1");
    expect(await request!.json()).toEqual({
      from: "orders@shop.example",
      to: ["ada@example.com"],
      subject: "We have your order #1001",
      text: "Hello",
      html: "<p>Hello</p>",
    });
  });

  it.each([
    [400, "validation_error", "refused"],
    [401, "restricted_api_key", "retry"],
    [403, "invalid_api_key", "retry"],
    [409, "invalid_idempotent_request", "refused"],
    [409, "concurrent_idempotent_requests", "retry"],
    [422, "invalid_from_address", "refused"],
    [429, "rate_limit_exceeded", "retry"],
    [429, "daily_quota_exceeded", "retry"],
    [500, "internal_server_error", "retry"],
  ])("maps %i %s to %s", async (status, name, code) => {
    const { notifier } = answering(() => refusal(status, name));
    const detail = `${status} ${name} about ${name}`;
    expect(await notifier.send(message)).toEqual({ ok: false, rejection: { code, detail } });
  });

  type Case = Readonly<{ name: string; answer: () => Response | Promise<Response>; detail: string }>;
  it.each<Case>([
    {
      name: "if the network fails",
      answer: () => Promise.reject(new TypeError("fetch failed")),
      detail: "fetch failed",
    },
    {
      name: "if a proxy answers",
      answer: () => new Response("<h1>Bad gateway</h1>", { status: 502 }),
      detail: "502",
    },
    {
      name: "after a redirection, which it does not follow",
      answer: () => new Response(null, { status: 307, headers: { location: "http://169.254.169.254/" } }),
      detail: "307",
    },
    {
      name: "after a timeout of Resend",
      answer: () => new Response(null, { status: 408 }),
      detail: "408",
    },
  ])("requests a retry $name", async ({ answer, detail }) => {
    const { notifier } = answering(answer);
    expect(await notifier.send(message)).toEqual({ ok: false, rejection: { code: "retry", detail } });
  });
});

describe("createNotifier", () => {
  it("creates the notifier that the configuration names", () => {
    expect(createNotifier({ notifyProvider: "mail_preview", notifyApiKey: "" }).name).toBe("mail_preview");
    expect(createNotifier({ notifyProvider: "resend", notifyApiKey: "re_123" }).name).toBe("resend");
  });

  it("throws without the API key that the provider needs", () => {
    expect(() => createNotifier({ notifyProvider: "resend", notifyApiKey: "" })).toThrow("NOTIFY_API_KEY");
  });
});
