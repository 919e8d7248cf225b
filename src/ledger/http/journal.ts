/** Routes of the books: the journal, as JSON or for hledger, and the trial balance. */
import { createRoute, z } from "@hono/zod-openapi";
import { imbalanceOf } from "../domain/accounts";
import { localDate } from "../../kernel/calendar";
import { hledgerCommodity, hledgerEntry, hledgerHeader } from "../domain/hledger";
import type { JournalEntry } from "../domain/journal-entry";
import { everyDatabase } from "../../platform/d1/databases";
import { balancesOn, closingBefore, entriesAfter, startOf, type EntryKey } from "../storage/journal";
import type { App } from "../../platform/http/app-types";
import { requireScope } from "../../platform/auth/require-scope";
import { exactAnswer } from "../../platform/http/exact-answer";
import { checkDayRange, dayRange } from "../../platform/http/day-range";
import { withKey } from "../../platform/http/openapi";
import { problem, problems } from "../../platform/http/problem";
import {
  Currency,
  Instant,
  instantOf,
  jsonAnswer,
  LocalDate,
  PageQuery,
  pageOf,
  toPage,
} from "../../platform/http/schemas";

const ENTRIES_A_READ = 500;

const PostingSchema = z
  .object({
    account: z.string().openapi({ example: "liabilities:customer-deposits" }),
    amountMinor: z.int().openapi({ description: "Debits are positive, credits negative.", example: -7499 }),
    currency: Currency,
  })
  .openapi("Posting");

const EntrySchema = z
  .object({
    postedOn: LocalDate,
    id: z.string().openapi({
      description: "Names the version of an order, or a stock movement. A repeat has the same id.",
    }),
    orderId: z.string().nullable(),
    at: Instant,
    description: z.string(),
    postings: z.array(PostingSchema),
  })
  .openapi("JournalEntry");

const JournalQuery = z
  .object({
    ...PageQuery.shape,
    ...dayRange,
    format: z.enum(["json", "hledger"]).optional().openapi({ description: "Overrides `Accept`." }),
  })
  .superRefine(checkDayRange);

const journal = createRoute({
  method: "get",
  path: "/v1/journal",
  operationId: "listJournalEntries",
  summary: "List journal entries",
  description: [
    "Entries by day in the books' time zone. With `Accept: text/plain` or `format=hledger` the answer is one",
    "hledger journal of all days, and `limit` and `cursor` are ignored. Scope `reports:read`.",
  ].join(" "),
  tags: ["Books"],
  security: withKey,
  middleware: [requireScope("reports:read")] as const,
  request: { query: JournalQuery },
  responses: {
    200: {
      description: "The entries.",
      content: {
        "application/json": { schema: pageOf("JournalPage", EntrySchema) },
        "text/plain": { schema: z.string().openapi("HledgerJournal", { description: "For hledger." }) },
      },
    },
    ...problems(),
  },
});

const TrialBalance = z
  .object({
    on: LocalDate,
    balanced: z.boolean(),
    balances: z.array(
      z.object({
        account: z.string(),
        currency: Currency,
        balanceMinor: z.int().openapi({
          description: "Debit balances are positive. Exact, also beyond 2^53.",
        }),
      }),
    ),
  })
  .openapi("TrialBalance");

const trialBalance = createRoute({
  method: "get",
  path: "/v1/trial-balance",
  operationId: "getTrialBalance",
  summary: "Read the trial balance",
  description:
    "The balance of every account at the end of the day, or as of now for today. Scope `reports:read`.",
  tags: ["Books"],
  security: withKey,
  middleware: [requireScope("reports:read")] as const,
  request: { query: z.object({ on: LocalDate.optional().openapi({ description: "Today by default." }) }) },
  responses: {
    200: jsonAnswer(TrialBalance, "The balances. Accounts with a balance of zero are left out."),
    ...problems(),
  },
});

export function registerJournal(app: App): void {
  app.openapi(journal, async (c) => {
    const databases = everyDatabase(c.var.context.databases);
    const { from, to, cursor, limit, format } = c.req.valid("query");
    const asText = format ? format === "hledger" : /\btext\/plain\b/.test(c.req.header("accept") ?? "");
    if (asText) {
      const text = streamOf(hledgerText(databases, from, to));
      // The route's type allows text only, not a stream of it.
      return c.body(text, 200, { "content-type": "text/plain; charset=utf-8" }) as never;
    }
    const after = cursor === "" ? startOf(from) : keyOf(cursor);
    if (after === null || after.postedOn < from) {
      const errors = [{ path: "cursor", message: "is not a cursor of this list" }];
      return problem(c, { code: "invalid_request", in: "query", errors });
    }
    const entries = await entriesAfter(databases, { after, to, limit: limit + 1 });
    return c.json(
      toPage(entries, limit, ({ postedOn, id }) => `${postedOn} ${id}`, answerOf),
      200,
    );
  });

  app.openapi(trialBalance, async (c) => {
    const { databases, config, now } = c.var.context;
    const on = c.req.valid("query").on ?? localDate(now(), config.booksTimeZone);
    const closing = await closingBefore(databases.primary, on);
    const balances = await balancesOn(everyDatabase(databases), closing, on);
    const balanced = Object.keys(imbalanceOf(balances)).length === 0;
    return exactAnswer(c, { on, balanced, balances });
  });
}

function keyOf(cursor: string): EntryKey | null {
  const [, postedOn, id] = /^(\d{4}-\d{2}-\d{2}) (.+)$/s.exec(cursor) ?? [];
  return postedOn === undefined || id === undefined ? null : { postedOn, id };
}

const answerOf = ({ postedOn, id, orderId, at, description, postings }: JournalEntry) => ({
  postedOn,
  id,
  orderId,
  at: instantOf(at),
  description,
  postings: [...postings],
});

/** In pieces, so that the journal of a quarter need not fit into memory. */
async function* hledgerText(databases: readonly D1Database[], from: string, to: string) {
  yield hledgerHeader();
  const declared = new Set<string>();
  for (let after: EntryKey | undefined = startOf(from); after;) {
    const entries: JournalEntry[] = await entriesAfter(databases, { after, to, limit: ENTRIES_A_READ });
    for (const entry of entries) {
      for (const { currency } of entry.postings) {
        if (!declared.has(currency)) yield hledgerCommodity(currency);
        declared.add(currency);
      }
      yield hledgerEntry(entry);
    }
    after = entries.length === ENTRIES_A_READ ? entries.at(-1) : undefined;
  }
}

function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}
