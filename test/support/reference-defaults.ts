/** Defaults of a location, a channel and a SKU, as the API fills them in. */
import { DEFAULT_SOURCING_RULES } from "../../src/catalog/domain/channel";

export const plainLocation = {
  closedOn: [],
  processingDays: 0,
  capacityPerDay: null,
  shipsOrders: true,
  offersPickup: false,
  countries: [],
  acceptsHazardous: true,
  acceptsOversize: true,
  handlingPerParcelMinor: 0,
  handlingPerUnitMinor: 0,
};

export const plainChannel = { stockBuffer: 0, countries: [], sourcing: DEFAULT_SOURCING_RULES };

/** Facts of a SKU in its object. */
export const plainFacts = { volumeMm3: null, hazardous: false, oversize: false };
