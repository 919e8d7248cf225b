/**
 * The catalog: SKUs, locations, channels and carrier services, as the retailer writes them. It publishes what was
 * written and knows nobody who needs it. It refuses input that names a location that does not exist.
 * Tables: skus, locations, channels, carrier_services.
 */
import type { Module } from "../platform/module";
import type { CatalogContext } from "./context";
import { registerCarrierServices } from "./http/carrier-services";
import { registerLocations } from "./http/locations";
import { registerSkus } from "./http/skus";

export const catalog: Module<CatalogContext> = {
  routes: (app) => {
    registerSkus(app);
    registerLocations(app);
    registerCarrierServices(app);
  },
};
