/** Units of lines at locations, written as `one:2@newark two:1@reno`. */
import type { SourcedUnits } from "../../../src/sourcing/domain/decision";

export const unitsFrom = (text: string): SourcedUnits[] =>
  text === ""
    ? []
    : text.split(" ").map((part) => {
        const [lineId, quantity, locationId] = part.split(/[:@]/) as [string, string, string];
        return { lineId, quantity: Number(quantity), locationId };
      });

export const textOf = (units: readonly SourcedUnits[]): string =>
  units.map(({ lineId, quantity, locationId }) => `${lineId}:${quantity}@${locationId}`).join(" ");
