/** What commands receive from the catalog on: the retailer's reference data, and a way to publish its changes. */
import type { PlatformContext } from "../platform/context";
import type { Location } from "./domain/location";
import type { Reference } from "./domain/reference";
import type { Sku } from "./domain/sku";

/** What was written. The catalog knows nobody who needs it: modules above register what they do. */
export type CatalogChange =
  | Readonly<{ type: "sku"; sku: Sku; updatedAt: number }>
  | Readonly<{ type: "location"; location: Location }>;

/** What a module above does after a change of the catalog. */
export type CatalogListener<Context extends CatalogContext> = (
  context: Context,
  change: CatalogChange,
) => Promise<void>;

export type CatalogContext = PlatformContext &
  Readonly<{
    /** Read once and kept in the isolate for seconds: never read for each request. */
    reference: () => Promise<Reference>;
    /** Called after the change is stored. A listener that fails is logged; its own job repeats the work. */
    publishCatalogChange: (change: CatalogChange) => Promise<void>;
  }>;
