/** A template: how the facts of each kind of notification read in one language. */
import type { FactsOfKind, NotificationFacts } from "../notification-facts";
import { paragraph, textOfBlocks, type Block, type NotificationText } from "./blocks";

type Content = Readonly<{ subject: string; blocks: readonly Block[] }>;

export type Template = Readonly<{
  greeting: (facts: Readonly<{ name?: string }>) => string;
  /** The label of the link to the order's page. */
  statusLabel: string;
  content: Readonly<{ [Kind in keyof FactsOfKind]: (facts: FactsOfKind[Kind]) => Content }>;
}>;

/** @param language of the template, as a BCP 47 tag. */
export function fillIn(
  template: Template,
  notification: NotificationFacts,
  { statusUrl, language }: Readonly<{ statusUrl: string; language: string }>,
): NotificationText {
  const { subject, blocks } = contentOf(template, notification);
  const { facts } = notification;
  return textOfBlocks(
    subject,
    [
      paragraph(template.greeting(facts)),
      ...blocks,
      { type: "link", label: template.statusLabel, url: statusUrl },
      paragraph(facts.shop),
    ],
    language,
  );
}

/** A switch, so that the compiler pairs each kind with its facts. */
function contentOf({ content }: Template, { kind, facts }: NotificationFacts): Content {
  switch (kind) {
    case "order_received":
      return content[kind](facts);
    case "order_backordered":
      return content[kind](facts);
    case "order_shipped":
      return content[kind](facts);
    case "order_delivered":
      return content[kind](facts);
    case "order_cancelled":
      return content[kind](facts);
  }
}
