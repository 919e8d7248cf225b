/** Answers with sums that may pass 2^53: JSON has numbers of any size, and all their digits are sent. */
import { exactJson } from "../../kernel/whole-numbers";
import type { RequestContext } from "./app-types";

/** The value as a JSON answer with status 200. The routes' types have no `bigint`, so that the answer is not checked. */
export const exactAnswer = (c: RequestContext, value: unknown): never =>
  c.body(exactJson(value), 200, { "content-type": "application/json" }) as never;
