/**
 * The job that exports a customer's data: for each order its row, history, and the rows of other modules. Parts of a few orders
 * are stored in the archive's bucket; the route reads them as one document.
 */
import type { OrderId } from "../kernel/ids";
import { exportedOrder } from "../orders/export-order";
import type { Job } from "../platform/jobs/job";
import type { PrivacyContext } from "./context";
import type { PersonalDataParts } from "./erase-customer";
import { FIRST_ORDERS, isDirectoryFresh, ordersOfSubject, type OrdersCursor } from "./orders-of-subject";
import { EXPORT_JOB, subjectOf, type PassParameters } from "./request-data";
import { putPart } from "./storage/export-documents";
import { requestById, saveOutcome } from "./storage/privacy-requests";

const ORDERS_A_PART = 3;

const MINUTE_MS = 60_000;

/** `isFresh`: the directory has what was stored before the request. */
type Cursor = Readonly<{ orders: OrdersCursor; parts: number; isFresh: boolean }>;

export const exportCustomerJob = ({
  ofOrders,
}: PersonalDataParts): Job<PrivacyContext, PassParameters, Cursor> => ({
  ...EXPORT_JOB,
  step: async (context, { parameters, cursor, progress, begunAt, hasBudget }) => {
    const { primary } = context.databases;
    const request = await requestById(primary, parameters.requestId);
    let { orders, parts } = cursor ?? { orders: FIRST_ORDERS, parts: 0 };
    let exported = progress["orders"] ?? 0;
    const outcome = (isDone: boolean, isFresh = true) => ({
      cursor: { orders, parts, isFresh },
      isDone,
      progress: { orders: exported },
    });
    if (request === null || request.status === "done") return outcome(true);
    if (cursor?.isFresh !== true && !(await isDirectoryFresh(context, request, begunAt)))
      return { ...outcome(false, false), pauseMs: MINUTE_MS };
    const subject = await subjectOf(context, request);
    do {
      const page = await ordersOfSubject(context, request.channelId, subject, orders, ORDERS_A_PART);
      const read = await Promise.all(page.orderIds.map((orderId) => exportOf(context, ofOrders, orderId)));
      const found = read.filter((each) => each !== null);
      if (found.length > 0) {
        await putPart(context.archive, request.id, parts, found);
        parts += 1;
        exported += found.length;
      }
      if (page.next === null) {
        const saved = { orders: exported, waiting: 0, parts, isDone: true };
        await saveOutcome(primary, request.id, saved, context.now());
        return outcome(true);
      }
      orders = page.next;
    } while (hasBudget());
    return outcome(false);
  },
});

/** Null if there is no such order. An order that is listed and found is exported twice: its readers compare ids. */
async function exportOf(
  context: PrivacyContext,
  ofOrders: PersonalDataParts["ofOrders"],
  orderId: OrderId,
): Promise<Readonly<Record<string, unknown>> | null> {
  const order = await exportedOrder(context, orderId);
  if (order === null) return null;
  const db = context.databases.orders(orderId);
  const others = await Promise.all(
    ofOrders.map(async ({ name, read }) => [name, await read(db, orderId)] as const),
  );
  return { ...order, ...Object.fromEntries(others) };
}
