/**
 * The blocks that a notification consists of. Plain text and HTML are made from the same blocks, so that they have the same
 * content. Text from outside is escaped in HTML, and cannot add a line in either. What this writes is part of every
 * template: a change of it needs new versions of all.
 */

export type Block =
  | Readonly<{ type: "paragraph"; text: string }>
  | Readonly<{ type: "list"; items: readonly string[] }>
  | Readonly<{ type: "link"; label: string; url: string }>;

export type NotificationText = Readonly<{ subject: string; text: string; html: string }>;

/** @param language of the text, as a BCP 47 tag. */
export const textOfBlocks = (
  subject: string,
  blocks: readonly Block[],
  language: string,
): NotificationText => ({
  subject: oneLine(subject),
  text: textOf(blocks),
  html: htmlOf(oneLine(subject), blocks, language),
});

export const paragraph = (text: string): Block => ({ type: "paragraph", text });
export const list = (items: readonly string[]): Block => ({ type: "list", items });

/** Without line breaks: a title must not begin a paragraph, and a subject must not begin a header. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();

function textOf(blocks: readonly Block[]): string {
  const text = blocks.map((block) => {
    switch (block.type) {
      case "paragraph":
        return oneLine(block.text);
      case "list":
        return block.items.map((item) => `- ${oneLine(item)}`).join("\n");
      case "link":
        return `${block.label}:\n${block.url}`;
    }
  });
  return `${text.join("\n\n")}\n`;
}

function htmlOf(title: string, blocks: readonly Block[], language: string): string {
  const body = blocks.map((block) => {
    switch (block.type) {
      case "paragraph":
        return `<p>${escaped(oneLine(block.text))}</p>`;
      case "list":
        return `<ul>${block.items.map((item) => `<li>${escaped(oneLine(item))}</li>`).join("")}</ul>`;
      case "link":
        return `<p><a href="${escaped(block.url)}">${escaped(block.label)}</a></p>`;
    }
  });
  return `<!doctype html><html lang="${escaped(language)}"><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body style="font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:1.5rem auto;padding:0 1rem">${body.join("")}</body></html>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);
