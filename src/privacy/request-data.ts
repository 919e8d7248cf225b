/** Requests to erase or export a customer's data: stores them, and begins their jobs. A request that is repeated is the same. */
import { open, seal } from "../catalog/sealed";
import { compositeKey, derivedId, idFromBytes, type PrivacyRequestId } from "../kernel/ids";
import { startRun } from "../platform/jobs/start-run";
import type { PrivacyContext } from "./context";
import type { Subject } from "./domain/subject";
import { insertRequest, requestById, type RequestKind, type StoredRequest } from "./storage/privacy-requests";

export type { RequestKind };

/** GDPR, Art. 12 (3), gives a month; Shopify 30 days. */
export const DUE_MS = 30 * 24 * 60 * 60_000;

/** Runs of one request never overlap. */
export const ERASURE_JOB = {
  name: "privacy-erasure",
  keyOf: ({ requestId }: PassParameters) => requestId,
};
export const EXPORT_JOB = { name: "privacy-export", keyOf: ({ requestId }: PassParameters) => requestId };

/** Anybody who may read reports sees them: no personal data. */
export type PassParameters = Readonly<{ requestId: PrivacyRequestId }>;

export type RequestedData = Readonly<{
  kind: RequestKind;
  channelId: string;
  /** Null for a whole channel. */
  subject: Subject | null;
  /** The storefront's event, if it has asked: a repeat of the event is the same request. */
  eventId?: string;
}>;

/** @throws if the database does not answer: then nothing is requested. */
export async function requestData(
  context: PrivacyContext,
  { kind, channelId, subject, eventId }: RequestedData,
): Promise<StoredRequest> {
  const { primary } = context.databases;
  const requestedAt = context.now();
  const id =
    eventId === undefined
      ? idFromBytes("prq", context.randomBytes(17))
      : derivedId("prq", channelId, kind, eventId);
  const sealedSubject = subject && (await sealed(context, id, subject));
  const dueAt = requestedAt + DUE_MS;
  const requestedBy = context.actor;
  await insertRequest(primary, { id, kind, channelId, sealedSubject, requestedBy, requestedAt, dueAt });
  await startPass(context, { id, kind });
  return (await requestById(primary, id))!;
}

/** Begins a pass, unless one is running. If that is lost, the nightly job begins it. */
export async function startPass(
  context: PrivacyContext,
  { id, kind }: Pick<StoredRequest, "id" | "kind">,
): Promise<void> {
  await startRun(context, kind === "export" ? EXPORT_JOB : ERASURE_JOB, { requestId: id });
}

const ownerOf = (id: PrivacyRequestId): string => compositeKey("privacy", id);

const sealed = ({ config }: PrivacyContext, id: PrivacyRequestId, subject: Subject): Promise<string> =>
  seal(config.secretsEncryptionKey, ownerOf(id), JSON.stringify(subject));

/** Null for a whole channel. */
export const subjectOf = async (
  { config }: PrivacyContext,
  { id, sealedSubject }: Pick<StoredRequest, "id" | "sealedSubject">,
): Promise<Subject | null> =>
  sealedSubject === null
    ? null
    : (JSON.parse(await open(config.secretsEncryptionKey, ownerOf(id), sealedSubject)) as Subject);
