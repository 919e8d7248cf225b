/** A postal address, as far as it is known. */
export type Address = Readonly<{
  name: string | null;
  company: string | null;
  line1: string | null;
  line2: string | null;
  city: string | null;
  region: string | null;
  postalCode: string | null;
  /** ISO 3166-1 alpha-2. */
  countryCode: string | null;
  phone: string | null;
  latitude: number | null;
  longitude: number | null;
}>;
