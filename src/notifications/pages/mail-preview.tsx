/** The page of all stored notifications, newest first. In development it takes the place of an inbox. */
import { Layout } from "../../platform/http/layout";

export type ShownNotification = Readonly<{
  id: string;
  orderId: string;
  recipient: string | null;
  subject: string;
  text: string;
  status: "pending" | "sent" | "failed" | "skipped" | "held";
  problem: string | null;
  createdAt: number;
}>;

const STYLE = `
pre { white-space: pre-wrap; font: inherit; margin: .75rem 0 0; }
.panel h2 { margin: 0; } .panel p { margin: .15rem 0; }
.older { display: inline-block; padding: .5rem 0; }
`;

const TONES = { pending: "soft", sent: "good", failed: "bad", skipped: "soft", held: "soft" } as const;

type MailPreviewProps = Readonly<{
  notifications: readonly ShownNotification[];
  nextCursor: string | null;
}>;

export const MailPreviewPage = ({ notifications, nextCursor }: MailPreviewProps) => (
  <Layout title="Mail preview" robots="noindex" style={STYLE}>
    <h1>Mail preview</h1>
    <p class="soft">Messages to customers, newest first. This page exists in development only.</p>
    {notifications.length === 0 ? <p>No messages yet.</p> : null}
    {notifications.map((notification) => (
      <article class="panel" id={notification.id}>
        <h2>{notification.subject}</h2>
        <p>
          <strong class={TONES[notification.status]}>{notification.status}</strong>
          {notification.problem === null ? null : `: ${notification.problem}`}
        </p>
        <p class="soft">
          To {notification.recipient ?? "nobody"} · {new Date(notification.createdAt).toISOString()} ·{" "}
          {notification.orderId}
        </p>
        <pre>{notification.text}</pre>
      </article>
    ))}
    {nextCursor === null ? null : (
      <p>
        <a class="older" href={`/mail-preview?cursor=${encodeURIComponent(nextCursor)}`}>
          Older messages
        </a>
      </p>
    )}
  </Layout>
);
