/** The storefronts that a channel can stand for, one line each. How to add one: docs/how-to/add-a-storefront.md. */
import { bigCommerce } from "./bigcommerce/adapter";
import { generic } from "./generic/adapter";
import { shopify } from "./shopify/adapter";
import type { StorefrontAdapter } from "./storefront-adapter";
import { wooCommerce } from "./woocommerce/adapter";

export const storefronts: readonly StorefrontAdapter[] = [shopify, wooCommerce, bigCommerce, generic];
