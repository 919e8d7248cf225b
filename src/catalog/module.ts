/**
 * The catalog: SKUs, locations, channels and carriers' services, as the retailer writes them. It publishes changes,
 * and modules above it register what they do then. It rejects input that names a location that does not exist.
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
