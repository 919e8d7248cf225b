/**
 * How many decimals each currency's minor unit has: ISO 4217, list one, as SIX (its maintenance agency) published it on
 * 25 June 2024, with the amendments until January 2026 (XCG and XAD new; ANG, CUC and BGN withdrawn).
 * https://www.six-group.com/en/products-services/financial-information/market-reference-data/data-standards.html
 *
 * A table of our own: `Intl` has CLDR's decimals, which are those of everyday prices (HUF 0, IQD 0) and differ between
 * runtimes; libraries count MGA and MRU in fifths. Codes without a minor unit, as XAU for gold, are not money.
 */
const CODES_BY_DIGITS: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
    CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
    USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

/** Withdrawn by these amendments. Late refunds and corrections of older orders are still in them. */
const WITHDRAWN_DIGITS: Readonly<Record<string, number>> = { ANG: 2, BGN: 2, CUC: 2 };

const ISO_DIGITS: ReadonlyMap<string, number> = new Map([
  ...Object.entries(CODES_BY_DIGITS).flatMap(([digits, codes]) =>
    codes.split(/\s+/).map((code) => [code, Number(digits)] as const),
  ),
  ...Object.entries(WITHDRAWN_DIGITS),
]);

/** `BTC:8`. At most eight decimals: amounts are exact up to 2^53. */
const UNLISTED = /^([A-Z]{3}):([0-8])$/;

/** The decimals of the currency's minor unit; undefined if it is not a currency. */
export function digitsOf(currency: string): number | undefined {
  const listed = ISO_DIGITS.get(currency);
  if (listed !== undefined) return listed;
  const [, code = "", digits] = UNLISTED.exec(currency) ?? [];
  return digits === undefined || ISO_DIGITS.has(code) ? undefined : Number(digits);
}

export const isIsoCurrency = (code: string): boolean => ISO_DIGITS.has(code);

/** The code without the decimals of an unlisted currency: what people read. */
export const currencyCode = (currency: string): string => currency.replace(UNLISTED, "$1");
