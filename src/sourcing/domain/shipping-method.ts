/** Whether the customer's choice of delivery, as the storefront names it, is a carrier's service. */
import type { CarrierService } from "../../catalog/domain/carrier-service";

type Names = Pick<CarrierService, "id" | "name" | "carrier" | "service">;

/** Case and surrounding space do not count. */
export function isNamed({ id, name, carrier, service }: Names, method: string | null): boolean {
  const wanted = method?.trim().toLowerCase() ?? "";
  return (
    wanted !== "" &&
    [id, name, `${carrier} ${service}`, service].some((each) => each.toLowerCase() === wanted)
  );
}
