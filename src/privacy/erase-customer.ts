/**
 * The job that erases a customer's data, or that of a whole channel. A pass looks at every order and text again, so that it
 * may be repeated: what waits is tried again every night, and each request has a second pass a day later, which finds
 * orders that were on their way to the directory and documents that the archive has stored meanwhile.
 */
import { forgetChannelTrust, forgetReference } from "../catalog/channels";
import type { OrderId } from "../kernel/ids";
import { eraseOrder, LATER_IN_ARCHIVE, rewriteDocument } from "../orders/erase-order";
import type { Job, Progress } from "../platform/jobs/job";
import type { MovedTable } from "../platform/buckets/moved-table";
import type { DataOfOrder, SearchedTexts } from "../platform/personal-data";
import type { PrivacyContext } from "./context";
import { wordsOf, type Subject } from "./domain/subject";
import { FIRST_ORDERS, isDirectoryFresh, ordersOfSubject, type OrdersCursor } from "./orders-of-subject";
import { ERASURE_JOB, subjectOf, type PassParameters } from "./request-data";
import {
  countOutcomes,
  orderOutcomes,
  putOrderOutcome,
  requestById,
  saveOutcome,
  type StoredRequest,
} from "./storage/privacy-requests";

/** What the modules have registered, and every table of an orders database. */
export type PersonalDataParts = Readonly<{
  tables: readonly MovedTable[];
  ofOrders: readonly DataOfOrder[];
  texts: readonly SearchedTexts[];
}>;

/** Some 40 queries each. */
const ORDERS_A_PART = 2;
const TEXTS_A_PART = 1_000;
const MINUTE_MS = 60_000;
/** A second pass comes with a later night. */
const SECOND_PASS_AFTER_MS = 20 * 3_600_000;
/** Of an order that waits, the words of a text are its own. */
const MAX_WORDS = 1_000;

/**
 * `waiting`: until the directory has what was stored before the request. `found`: erases the orders that are found. `known`: tries those that waited again, and stores
 * documents of the archive again. `texts`: erases other texts, the table `text` in the database `database`.
 */
type Cursor = Readonly<{
  phase: "waiting" | "found" | "known" | "texts";
  orders: OrdersCursor;
  after: string;
  text: number;
  database: number;
}>;

const START: Cursor = { phase: "waiting", orders: FIRST_ORDERS, after: "", text: 0, database: 0 };

type Pass = Readonly<{
  context: PrivacyContext;
  request: StoredRequest;
  subject: Subject | null;
  parts: PersonalDataParts;
}>;

/** `next`: null at the end. */
type Part = Readonly<{ next: Cursor | null; counted: Progress }>;

export const eraseCustomerJob = (parts: PersonalDataParts): Job<PrivacyContext, PassParameters, Cursor> => ({
  ...ERASURE_JOB,
  step: async (context, { parameters, cursor, progress, begunAt, hasBudget }) => {
    let at = cursor ?? START;
    let done: Progress = { orders: 0, texts: 0, waitingTexts: 0, ...progress };
    const request = await requestById(context.databases.primary, parameters.requestId);
    if (request === null || request.status === "done") return { cursor: at, isDone: true, progress: done };
    if (at.phase === "waiting") {
      if (!(await isDirectoryFresh(context, request, begunAt)))
        return { cursor: at, isDone: false, progress: done, pauseMs: MINUTE_MS };
      at = { ...at, phase: "found" };
    }
    const pass = { context, request, subject: await subjectOf(context, request), parts };
    do {
      const { next, counted } = await performPart(pass, at);
      done = addedTo(done, counted);
      if (next === null) {
        await finish(pass, done);
        return { cursor: at, isDone: true, progress: done };
      }
      at = next;
    } while (hasBudget());
    return { cursor: at, isDone: false, progress: done };
  },
});

const addedTo = (progress: Progress, counted: Progress): Progress => ({
  ...progress,
  ...Object.fromEntries(Object.entries(counted).map(([name, n]) => [name, (progress[name] ?? 0) + n])),
});

function performPart(pass: Pass, at: Cursor): Promise<Part> {
  switch (at.phase) {
    case "waiting":
    case "found":
      return eraseFound(pass, at);
    case "known":
      return tryKnown(pass, at);
    case "texts":
      return eraseTexts(pass, at);
  }
}

async function eraseFound(pass: Pass, at: Cursor): Promise<Part> {
  const { context, request, subject } = pass;
  const page = await ordersOfSubject(context, request.channelId, subject, at.orders, ORDERS_A_PART);
  for (const orderId of page.orderIds) await erase(pass, orderId);
  const counted = { orders: page.orderIds.length };
  return page.next === null
    ? { next: { ...at, phase: "known", after: "" }, counted }
    : { next: { ...at, orders: page.next }, counted };
}

/** An order that is not known has no data here. */
async function erase({ context, request, parts }: Pass, orderId: OrderId): Promise<void> {
  const alongside = (db: D1Database, id: OrderId) => parts.ofOrders.flatMap((each) => each.erase(db, id));
  const erased = await eraseOrder(context, orderId, parts.tables, alongside);
  if (!erased.ok && erased.rejection.code === "order_unknown") return;
  const outcome = erased.ok
    ? ({ orderId, state: "erased", detail: null } as const)
    : ({ orderId, state: "waiting", detail: detailOf(erased.rejection) } as const);
  await putOrderOutcome(context.databases.primary, request.id, outcome, context.now());
}

const detailOf = (rejection: Readonly<{ code: string; detail?: string }>): string =>
  rejection.detail ?? "it was changed at the same time";

async function tryKnown(pass: Pass, at: Cursor): Promise<Part> {
  const { context, request } = pass;
  const page = { after: at.after, limit: ORDERS_A_PART, waitingOnly: false };
  const known = await orderOutcomes(context.databases.primary, request.id, page);
  for (const { orderId, state } of known) {
    if (state === "waiting") await erase(pass, orderId);
    else if (!(await rewriteDocument(context, pass.parts.tables, orderId))) {
      const outcome = { orderId, state: "waiting", detail: LATER_IN_ARCHIVE } as const;
      await putOrderOutcome(context.databases.primary, request.id, outcome, context.now());
    }
  }
  const last = known.at(-1)?.orderId;
  return known.length < ORDERS_A_PART || last === undefined
    ? { next: { ...at, phase: "texts", after: "" }, counted: {} }
    : { next: { ...at, after: last }, counted: {} };
}

async function eraseTexts({ context, request, subject, parts }: Pass, at: Cursor): Promise<Part> {
  const table = parts.texts[at.text];
  if (table === undefined) return { next: null, counted: {} };
  const { primary, allOrders } = context.databases;
  const databases = table.of === "primary" ? [primary] : [primary, ...allOrders];
  const erased = await table.erasePage(databases[at.database]!, {
    ...(await mentionedOf(context, request, subject)),
    after: at.after,
    limit: TEXTS_A_PART,
  });
  const counted = { texts: erased.erased, waitingTexts: erased.waiting };
  if (erased.next !== null) return { next: { ...at, after: erased.next }, counted };
  return at.database + 1 < databases.length
    ? { next: { ...at, after: "", database: at.database + 1 }, counted }
    : { next: { ...at, after: "", text: at.text + 1, database: 0 }, counted };
}

async function mentionedOf(context: PrivacyContext, request: StoredRequest, subject: Subject | null) {
  const { channelId, id } = request;
  if (subject === null) return { words: [], channelId };
  const page = { after: "", limit: MAX_WORDS, waitingOnly: false };
  const orders = await orderOutcomes(context.databases.primary, id, page);
  // An order that waits is still repeated and read.
  const erased = orders.flatMap(({ orderId, state }) => (state === "erased" ? [orderId] : []));
  return { words: wordsOf(channelId, subject, erased), channelId: null };
}

/** The channel's secrets go last: until then its storefront may repeat the request. */
async function finish({ context, request }: Pass, progress: Progress): Promise<void> {
  const { primary } = context.databases;
  const { erased, waiting } = await countOutcomes(primary, request.id);
  const left = waiting + (progress["waitingTexts"] ?? 0);
  const now = context.now();
  const isDone = left === 0 && now - request.requestedAt >= SECOND_PASS_AFTER_MS;
  if (isDone && request.kind === "erase_channel") {
    await forgetChannelTrust(context, request.channelId);
    forgetReference();
  }
  await saveOutcome(primary, request.id, { orders: erased, waiting: left, parts: null, isDone }, now);
}
