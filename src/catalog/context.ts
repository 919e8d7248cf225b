/** The context of commands from the catalog upwards: the reference data, and a way to publish its changes. */
import type { FieldError } from "../kernel/field-errors";
import type { PlatformContext } from "../platform/context";
import type { Location } from "./domain/location";
import type { Reference } from "./domain/reference";
import type { Sku } from "./domain/sku";

/** What was written. */
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
    /** Cached in the isolate for seconds, so that requests need no read. */
    reference: () => Promise<Reference>;
    /** Why a module above refuses the SKU as it is to be written. Called before it is stored. */
    skuErrors: (sku: Sku) => Promise<readonly FieldError[]>;
    /** Called after the change is stored. A listener that fails is logged; its own job repeats the work. */
    publishCatalogChange: (change: CatalogChange) => Promise<void>;
  }>;
