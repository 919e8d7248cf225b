/** Starts Chromium, and checks a page for accessibility faults. */
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { inject } from "vitest";

/** Opens a browser with a fresh profile and the width of a phone. */
export async function openBrowser(colorScheme: "light" | "dark" = "light"): Promise<BrowserContext> {
  const browser = await chromium.launch({
    executablePath: inject("chromiumPath"),
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--font-render-hinting=none",
    ],
  });
  const context = await browser.newContext({
    viewport: { width: 375, height: 812 },
    colorScheme,
  });
  context.on("close", () => void browser.close());
  return context;
}

/**
 * Faults by WCAG 2.2 that a program can find: language (3.1.1), title (2.4.2), one main landmark and named
 * sections (1.3.1), heading order (1.3.1), link names (2.4.4), contrast (1.4.3), reflow (1.4.10), target
 * size (2.5.8).
 */
export const accessibilityFaults = async (page: Page): Promise<string[]> => [
  ...(await page.evaluate(structureFaults)),
  ...(await page.evaluate(contrastFaults)),
];

/** Runs in the page, as does contrastFaults: neither may use anything from outside of itself. */
function structureFaults(): string[] {
  const faults: string[] = [];
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title) faults.push("no title");
  if (all("main").length !== 1) faults.push("not exactly one main landmark");
  for (const section of all("section")) {
    const id = section.getAttribute("aria-labelledby");
    if (!id || !document.querySelector(`#${id}`)?.textContent) faults.push(`a section has no name: ${id}`);
  }
  const levels = all("h1,h2,h3,h4,h5,h6").map((heading) => Number(heading.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) faults.push("not exactly one h1");
  if (levels.some((level, i) => level > (levels[i - 1] ?? 0) + 1))
    faults.push(`headings skip: ${levels.join()}`);
  for (const link of all("a")) {
    if (!link.textContent?.trim()) faults.push("a link has no name");
    if (link.getBoundingClientRect().height < 24) faults.push(`a small target: ${link.textContent}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push("scrolls sideways");
  return faults;
}

function contrastFaults(): string[] {
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the page, without this module.
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string) => {
    const [r, g, b] = channels(color).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const backgroundOf = (element: PageElement | null): string => {
    if (!element) return "rgb(255, 255, 255)";
    const color = getComputedStyle(element).backgroundColor;
    return channels(color)[3] === 0 ? backgroundOf(element.parentElement) : color;
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
    )
    .map((element) => {
      const one = luminance(getComputedStyle(element).color);
      const other = luminance(backgroundOf(element));
      const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      return { contrast, text: element.textContent?.trim().slice(0, 40) };
    })
    .filter(({ contrast }) => contrast < 4.5)
    .map(({ contrast, text }) => `contrast ${contrast.toFixed(2)}: ${text}`);
}

/** The parts of the DOM that the checks use; the project is compiled without the DOM's types. */
type PageElement = {
  tagName: string;
  textContent: string | null;
  parentElement: PageElement | null;
  childNodes: Iterable<{ nodeType: number; textContent: string | null }>;
  getAttribute: (name: string) => string | null;
  getBoundingClientRect: () => { height: number };
};
declare const document: {
  title: string;
  documentElement: { lang: string; scrollWidth: number };
  querySelector: (selector: string) => PageElement | null;
  querySelectorAll: (selector: string) => Iterable<PageElement>;
};
declare const getComputedStyle: (element: PageElement) => { color: string; backgroundColor: string };
declare const innerWidth: number;
