/**
 * The doors: what every request passes through, and the list of everything behind them. Order matters: a
 * request gets its id first, so that even a refusal can be asked about.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { App, AppEnv, MakeContext } from "./app-types";
import { registerDocs } from "./docs";
import { limitBody, readableJson } from "./limits";
import { registerSecurity } from "./openapi";
import { onError, onInvalid, problem } from "./problem";
import { registerApiKeys } from "../auth/routes";
import { registerAvailability } from "../../promises/http/availability";
import { registerCarrierServices } from "../../catalog/http/carrier-services";
import { registerChannels } from "../../channels/http/channels";
import { registerChannelStock } from "../../channels/http/channel-stock";
import { registerDeadLetters } from "../dead-letters/routes";
import { registerFulfillments } from "../../orders/http/fulfillments";
import { registerHealth } from "./health";
import { registerInbound } from "../../inventory/http/inbound";
import { registerJournal } from "../../ledger/http/journal";
import { registerLocations } from "../../catalog/http/locations";
import { registerNotifications } from "../../notifications/http/notifications";
import { registerOrderChanges } from "../../orders/http/order-changes";
import { registerOrders } from "../../orders/http/orders";
import { registerMailPreview } from "../../notifications/http/mail-preview";
import { registerPromises } from "../../orders/http/promises";
import { registerPublicOrders } from "../../customer/http/order-status";
import {
  registerReconciliationPage,
  registerReconciliations,
} from "../../reconciliation/http/reconciliations";
import { registerReports } from "../../orders/http/reports";
import { registerReservations } from "../../checkout/http/reservations";
import { registerSkus } from "../../catalog/http/skus";
import { registerSourcing } from "../../orders/http/sourcing";
import { registerSourcingSimulations } from "../../planning/http/sourcing-simulations";
import { registerStock } from "../../inventory/http/stock";
import { registerStockFeeds } from "../../inventory/http/stock-feeds";
import { registerStockPrices } from "../../planning/http/stock-prices";
import { registerWebhooks } from "../../channels/http/webhooks";

/** Everything that can be called. One line a file of routes/. */
function registerRoutes(app: App): void {
  registerHealth(app);
  registerDocs(app);
  registerSkus(app);
  registerLocations(app);
  registerChannels(app);
  registerCarrierServices(app);
  registerStock(app);
  registerStockFeeds(app);
  registerInbound(app);
  registerStockPrices(app);
  registerAvailability(app);
  registerSourcing(app);
  registerSourcingSimulations(app);
  registerReservations(app);
  registerOrders(app);
  registerOrderChanges(app);
  registerFulfillments(app);
  registerPromises(app);
  registerWebhooks(app);
  registerChannelStock(app);
  registerDeadLetters(app);
  registerJournal(app);
  registerReconciliations(app);
  registerReconciliationPage(app);
  registerReports(app);
  registerApiKeys(app);
  registerNotifications(app);
  registerMailPreview(app);
  registerPublicOrders(app);
}

/** The application. `makeContext` is called once for each request, whose actor is not known yet. */
export function createApp(makeContext: MakeContext): App {
  const app: App = new OpenAPIHono<AppEnv>({ defaultHook: onInvalid });
  app.onError(onError);
  app.notFound((c) => problem(c, { code: "not_found" }));
  registerSecurity(app);

  app.use(requestId());
  app.use(defaultHeaders);
  app.use("/v1/*", uncached);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) =>
        problem(c, { code: "method_not_allowed", methods }, { allow: methods.join(", ") }),
    }),
  );
  app.use(limitBody);
  app.use(readableJson);
  app.use((c, next) => {
    c.set("context", makeContext(c.env, c.executionCtx, "anonymous"));
    return next();
  });
  registerRoutes(app);
  return app;
}

/**
 * Answers tell of customers, stock and money as of now: no cache on the way keeps them. Only what says itself for
 * how long it may be kept is left alone: availability, which product pages ask for over and over.
 */
const uncached = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
});

/** Pages need no script; one that needs more says so itself and is left alone. */
const defaultHeaders = secureHeaders({
  overwrite: false,
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
});
