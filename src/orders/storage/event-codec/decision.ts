/**
 * The codec of a sourcing decision, without the supply that it was made from: that is most of its bytes, and is kept for
 * some weeks only (../sourcing-supply.ts).
 */
import type {
  Candidate,
  CostParts,
  Exclusion,
  SourcedParcel,
  SourcingDecision,
} from "../../../sourcing/domain/decision";
import type { SkuSupply, Supply } from "../../../sourcing/domain/problem";
import { list, nullable, oneOf, plain, record, type Codec } from "./codec";
import { flag, number, numberOrNull, text, textOrNull } from "./parts";

const costs: { readonly [Part in keyof CostParts]: Codec<number> } = {
  parcelMinor: number,
  handlingMinor: number,
  latenessMinor: number,
  speedMinor: number,
  stockMinor: number,
};

const bySku = plain<Readonly<Record<string, number>>>();

const parcel = record<SourcedParcel>({
  locationId: text,
  serviceId: textOrNull,
  grams: number,
  lateDays: number,
  units: bySku,
  ...costs,
});

const candidate = record<Candidate>({ locationId: text, serviceId: textOrNull, units: number, ...costs });

const exclusion = record<Exclusion>({
  locationId: text,
  rule: oneOf([
    "location_inactive",
    "not_of_channel",
    "pickup_elsewhere",
    "pickup_not_offered",
    "channel_country",
    "location_country",
    "ships_no_orders",
    "capacity_reached",
    "not_chosen_service",
    "no_service",
    "hazardous",
    "oversize",
    "not_stocked",
  ]),
  sku: text,
});

type Explained = Omit<SourcingDecision, "supply">;

const explained = record<Explained>({
  parcels: list(parcel),
  splitMinor: number,
  costMinor: number,
  method: oneOf(["exact", "bounded"]),
  lowerBoundMinor: number,
  runnerUp: nullable(
    record<NonNullable<SourcingDecision["runnerUp"]>>({ locationIds: plain(), costMinor: number }),
  ),
  candidates: list(candidate),
  exclusions: list(exclusion),
  rule: plain(),
  unsent: bySku,
});

/** Decoded without its supply. */
export const decision: Codec<SourcingDecision> = {
  encode: ({ supply: _supply, ...rest }, frame) => explained.encode(rest, frame),
  decode: (stored, frame) => ({ ...explained.decode(stored, frame), supply: {} }),
};

const skuSupply = record<SkuSupply>({
  quantity: number,
  weightGrams: number,
  volumeMm3: numberOrNull,
  hazardous: flag,
  oversize: flag,
  free: bySku,
  stockPrices: bySku,
});

/** By SKU. */
export const supply: Codec<Supply> = {
  encode: (value, frame) =>
    Object.fromEntries(Object.entries(value).map(([sku, each]) => [sku, skuSupply.encode(each, frame)])),
  decode: (stored, frame) =>
    Object.fromEntries(
      Object.entries(stored as object).map(([sku, each]) => [sku, skuSupply.decode(each, frame)]),
    ),
};
