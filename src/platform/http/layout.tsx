/**
 * The frame of every page, for phones, dark mode and browsers without JavaScript. The style sheet is inline, so that a
 * page is one request.
 */
import { raw } from "hono/html";
import type { Child } from "hono/jsx";

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5b6470; --paper: #ffffff; --panel: #f4f5f7;
  --line: #d5d9df; --good: #146c3c; --bad: #b3261e; --link: #0b57c4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a3acb8; --paper: #15181c; --panel: #1f242a;
  --line: #39414b; --good: #6fd39a; --bad: #ff9d94; --link: #8ab8ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 1rem 0 .5rem; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
p { margin: .5rem 0; } a { color: var(--link); }
.soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: .75rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
ul { padding-left: 1.2rem; } dl { margin: .5rem 0; } dt { color: var(--soft); } dd { margin: 0 0 .5rem; }
`;

type LayoutProps = Readonly<{
  title: string;
  /** For `<meta name="robots">`, such as `noindex`. */
  robots?: string;
  /** CSS that the page adds. */
  style?: string;
  children: Child;
}>;

/** A complete document around `children`, with its doctype. */
export const Layout = ({ title, robots, style, children }: LayoutProps) => (
  <>
    {raw("<!doctype html>")}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {robots === undefined ? null : <meta name="robots" content={robots} />}
        <title>{title}</title>
        <style>{raw(STYLE + (style ?? ""))}</style>
      </head>
      <body>
        <main>{children}</main>
      </body>
    </html>
  </>
);
