/** The carriers that this deployment can buy labels from. */
import { createEasyPost } from "./carriers/easypost/adapter";
import { createSandbox } from "./carriers/sandbox/adapter";
import type { CarrierAdapter, Fetch } from "./carrier-adapter";

export type Carriers = Readonly<{
  /** Null if there is none of this name. */
  named: (name: string) => CarrierAdapter | null;
  /** The one that a request gets which names none. */
  byDefault: string;
  names: readonly string[];
}>;

export type CarrierSettings = Readonly<{
  labelCarrier: string;
  easypostApiKey: string;
  easypostWebhookSecret: string;
  booksCurrency: string;
}>;

/** @throws if the default carrier has no credentials, instead of failing for each label. */
export function createCarriers(settings: CarrierSettings, fetch: Fetch): Carriers {
  const { labelCarrier, easypostApiKey: apiKey, easypostWebhookSecret: webhookSecret } = settings;
  const adapters: readonly CarrierAdapter[] = [
    createSandbox({ currency: settings.booksCurrency }),
    ...(apiKey === "" ? [] : [createEasyPost({ apiKey, webhookSecret, fetch })]),
  ];
  return carriersOf(adapters, labelCarrier);
}

/** @throws if two adapters have the same name, or none has the default's. */
export function carriersOf(adapters: readonly CarrierAdapter[], byDefault: string): Carriers {
  const byName = new Map(adapters.map((adapter) => [adapter.name, adapter]));
  if (byName.size < adapters.length) throw new Error("two carriers have the same name");
  if (!byName.has(byDefault)) throw new Error(`LABEL_CARRIER ${byDefault} is no carrier with credentials`);
  return { named: (name) => byName.get(name) ?? null, byDefault, names: [...byName.keys()] };
}
