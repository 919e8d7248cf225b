/**
 * EasyPost as far as the adapter uses it, with books of its own: which shipments were made, bought and refunded. It sells
 * one label for a shipment. Its answers have the form of its recordings.
 */

type Stored = {
  id: string;
  reference: string;
  trackingCode: string | null;
  refunded: boolean;
};

export class EasyPostStub {
  readonly shipments: Stored[] = [];
  /** The details of the trackers, by tracking code. */
  readonly scans = new Map<string, readonly Readonly<Record<string, unknown>>[]>();
  /** Before ids and tracking codes, so that two stubs have none in common. */
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Labels that were bought and not refunded, by the reference of their shipment. */
  get sold(): readonly Readonly<{ reference: string; trackingCode: string }>[] {
    return this.shipments.flatMap(({ reference, trackingCode, refunded }) =>
      trackingCode === null || refunded ? [] : [{ reference, trackingCode }],
    );
  }

  async answer(url: URL, init: RequestInit = {}): Promise<Response> {
    const text = typeof init.body === "string" ? init.body : "{}";
    const body = JSON.parse(text) as {
      shipment?: { reference: string };
      tracker?: { tracking_code: string };
    };
    const [, , what, id, action] = url.pathname.split("/");
    if (what === "trackers") return Response.json(this.#tracker(body.tracker?.tracking_code ?? ""));
    if (what !== "shipments") return failure(404, "NOT_FOUND");
    if (id === undefined) return Response.json(this.#create(body.shipment?.reference ?? ""), { status: 201 });
    const shipment = this.shipments.find((each) => each.id === id);
    if (!shipment) return failure(404, "NOT_FOUND");
    switch (action ?? "") {
      case "buy":
        if (shipment.trackingCode !== null) return failure(422, "SHIPMENT.POSTAGE.EXISTS");
        shipment.trackingCode = `${this.#prefix}${id.slice(id.lastIndexOf("_") + 1).padStart(6, "0")}`;
        return Response.json(this.#json(shipment));
      case "refund":
        if (shipment.trackingCode === null) return failure(422, "SHIPMENT.REFUND.UNAVAILABLE");
        if (shipment.refunded) return failure(422, "SHIPMENT.REFUND.EXISTS");
        shipment.refunded = true;
        return Response.json(this.#json(shipment));
      default:
        return Response.json(this.#json(shipment));
    }
  }

  /** A callback's body with these details of the tracker. By default with all. */
  event(trackingCode: string, details = this.scans.get(trackingCode) ?? []): string {
    return JSON.stringify({ description: "tracker.updated", result: this.#tracker(trackingCode, details) });
  }

  #create(reference: string): unknown {
    const id = `shp_${this.#prefix}_${this.shipments.length + 1}`;
    const shipment = { id, reference, trackingCode: null, refunded: false };
    this.shipments.push(shipment);
    return this.#json(shipment);
  }

  #tracker(trackingCode: string, details = this.scans.get(trackingCode) ?? []): unknown {
    return {
      id: `trk_${trackingCode}`,
      tracking_code: trackingCode,
      status: details.at(-1)?.["status"] ?? "unknown",
      updated_at: null,
      est_delivery_date: null,
      tracking_details: details,
    };
  }

  #json({ id, reference, trackingCode, refunded }: Stored): unknown {
    const rate = (service: string, price: string) => ({
      id: `rate_${id}_${service}`,
      carrier: "USPS",
      service,
      rate: price,
      currency: "USD",
      delivery_days: 3,
    });
    return {
      id,
      reference,
      tracking_code: trackingCode,
      refund_status: refunded ? "submitted" : null,
      messages: [],
      rates: [rate("Priority", "6.90"), rate("GroundAdvantage", "5.93")],
      postage_label: trackingCode === null ? null : { label_url: null, label_pdf_url: null },
      tracker: trackingCode === null ? null : { public_url: `https://track.easypost.com/${trackingCode}` },
    };
  }
}

const failure = (status: number, code: string) =>
  Response.json({ error: { code, message: "refused", errors: [] } }, { status });
