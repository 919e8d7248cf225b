/** The modules from the bottom up, and everything that they register. */
import { catalog } from "./catalog/module";
import { channelsModule } from "./channels/module";
import { checkout } from "./checkout/module";
import { customer } from "./customer/module";
import { directory } from "./directory/module";
import { inventory } from "./inventory/module";
import { ledger } from "./ledger/module";
import type { NotificationsContext } from "./notifications/context";
import { notifications } from "./notifications/module";
import { archiveOrdersJob } from "./orders/archive-orders";
import { orders } from "./orders/module";
import { planning } from "./planning/module";
import { bucketMoveJob } from "./platform/buckets/move-bucket";
import { deleteAgedRows } from "./platform/jobs/delete-aged-rows";
import type { AnyJob } from "./platform/jobs/job";
import { jobStepConsumer, type MeteringContext } from "./platform/jobs/perform-step";
import type { SweepPlan } from "./platform/jobs/sweep";
import type { RegisteredModule } from "./platform/module";
import { consumersOf } from "./platform/queues/consumers";
import { platform } from "./platform/registration";
import { eraseCustomerJob, type PersonalDataParts } from "./privacy/erase-customer";
import { exportCustomerJob } from "./privacy/export-customer";
import { privacy } from "./privacy/module";
import { promises } from "./promises/module";
import type { ReconciliationContext } from "./reconciliation/context";
import { reconciliation } from "./reconciliation/module";
import { archiveTraces } from "./recovery/archive-traces";
import { directoryTraces } from "./recovery/directory-traces";
import type { ShippingContext } from "./shipping/context";
import { shipping } from "./shipping/module";
import { recovery } from "./recovery/module";
import { recoverJob } from "./recovery/recover";

/** The context of the commands of all modules. */
export interface AppContext
  extends NotificationsContext, ReconciliationContext, ShippingContext, MeteringContext<AppContext> {}

const modules: readonly RegisteredModule<AppContext>[] = [
  platform,
  ledger,
  catalog,
  inventory,
  promises,
  orders,
  directory,
  shipping,
  checkout,
  notifications,
  planning,
  privacy,
  channelsModule(),
  reconciliation,
  recovery,
  customer,
];

export const routes = modules.flatMap((module) => module.routes ?? []);

export const retention = modules.flatMap((module) => module.retention ?? []);

/**
 * Every table of the orders databases, each after those to which its rows refer: the orders module's come before the
 * ledger's, whose entries name orders.
 */
export const movedTables = modules.toReversed().flatMap((module) => module.movedTables ?? []);

/** What is kept of customers, and where. */
const personalData: PersonalDataParts = {
  tables: movedTables,
  ofOrders: modules.flatMap((module) => module.dataOfOrders ?? []),
  texts: modules.flatMap((module) => module.searchedTexts ?? []),
};

export const jobs: readonly AnyJob<AppContext>[] = [
  ...modules.flatMap((module) => module.jobs ?? []),
  deleteAgedRows(retention),
  bucketMoveJob(movedTables),
  archiveOrdersJob(movedTables),
  // What the archive brings back is there when the directory is compared.
  recoverJob([archiveTraces(movedTables), directoryTraces]),
  eraseCustomerJob(personalData),
  exportCustomerJob(personalData),
];

export const consumers = consumersOf([
  ...modules.flatMap((module) => module.consumers ?? []),
  jobStepConsumer(jobs),
]);

export const sweepPlan: SweepPlan<AppContext> = {
  before: modules.flatMap((module) => module.sweep?.before ?? []),
  tasks: modules.flatMap((module) => module.sweep?.tasks ?? []),
};

export const deadlines = modules.flatMap((module) => module.deadlines ?? []);
