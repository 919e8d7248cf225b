/** What EasyPost is asked. */
import type { Address } from "../../../kernel/address";
import type { LabelRequest } from "../../domain/label";
import { inches, ounces } from "./units";

/** A shipment of EasyPost's: it costs nothing until it is bought. */
export const shipmentBody = ({ reference, from, to, parcel }: LabelRequest) => ({
  shipment: {
    reference,
    from_address: addressBody(from),
    to_address: addressBody(to),
    parcel: {
      weight: ounces(parcel.weightGrams),
      ...(parcel.lengthMm === null || parcel.widthMm === null || parcel.heightMm === null
        ? {}
        : {
            length: inches(parcel.lengthMm),
            width: inches(parcel.widthMm),
            height: inches(parcel.heightMm),
          }),
    },
    options: { label_format: "PDF", label_size: "4x6" },
  },
});

const addressBody = (address: Address) => ({
  name: address.name,
  company: address.company,
  street1: address.line1,
  street2: address.line2,
  city: address.city,
  state: address.region,
  zip: address.postalCode,
  country: address.countryCode,
  phone: address.phone,
});
