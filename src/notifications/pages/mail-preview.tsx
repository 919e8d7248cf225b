/** Every message to customers as it was kept, newest first: what development has in place of an inbox. */
import { Layout } from "../../platform/http/layout";

export type ShownNotification = Readonly<{
  id: string;
  orderId: string;
  recipient: string | null;
  subject: string;
  text: string;
  status: "pending" | "sent" | "failed" | "skipped";
  problem: string | null;
  createdAt: number;
}>;

const STYLE = `
pre { white-space: pre-wrap; font: inherit; margin: .75rem 0 0; }
.panel h2 { margin: 0; } .panel p { margin: .15rem 0; }
.older { display: inline-block; padding: .5rem 0; }
`;

const TONES = { pending: "soft", sent: "good", failed: "bad", skipped: "soft" } as const;

type MailPreviewProps = Readonly<{ messages: readonly ShownNotification[]; nextCursor: string | null }>;

export const MailPreviewPage = ({ messages, nextCursor }: MailPreviewProps) => (
  <Layout title="Outbox" robots="noindex" style={STYLE}>
    <h1>Outbox</h1>
    <p class="soft">Messages to customers, newest first. This page is there in development only.</p>
    {messages.length === 0 ? <p>No messages yet.</p> : null}
    {messages.map((message) => (
      <article class="panel" id={message.id}>
        <h2>{message.subject}</h2>
        <p>
          <strong class={TONES[message.status]}>{message.status}</strong>
          {message.problem === null ? null : `: ${message.problem}`}
        </p>
        <p class="soft">
          To {message.recipient ?? "nobody"} · {new Date(message.createdAt).toISOString()} · {message.orderId}
        </p>
        <pre>{message.text}</pre>
      </article>
    ))}
    {nextCursor === null ? null : (
      <p>
        <a class="older" href={`/outbox?cursor=${encodeURIComponent(nextCursor)}`}>
          Older messages
        </a>
      </p>
    )}
  </Layout>
);
