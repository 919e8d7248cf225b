/**
 * The customer's page of an order: the status of each line, tracking of parcels, and the amounts. Made for phones and
 * screen readers; it needs no script and loads nothing else.
 */
import { formatMoney } from "../../kernel/money";
import type {
  PublicLine,
  PublicOrder,
  PublicShipment,
  PublicStatus,
  PublicTracking,
  UnitState,
} from "../../orders/domain/order-view";
import type { TrackingStatus } from "../../orders/domain/tracking-status";
import { promiseText } from "../../promises/domain/promise-text";
import { Layout } from "../../platform/http/layout";

const STYLE = `
:root { --wait: #8a4b00; } @media (prefers-color-scheme: dark) { :root { --wait: #f2b766; } }
main { max-width: 38rem; padding-top: 1.5rem; }
h1 { font-size: 1.75rem; letter-spacing: -.01em; margin: .15rem 0 .35rem; }
.kicker { color: var(--soft); font-size: .9rem; margin: 0; }
.steps { list-style: none; display: grid; grid-template-columns: repeat(4, 1fr); padding: 0; margin: 1.75rem 0; }
.steps li { position: relative; padding-top: 1.75rem; text-align: center; font-size: .8rem; color: var(--soft); }
.steps li::before { content: ""; position: absolute; z-index: 1; top: .1rem; left: calc(50% - .6rem); width: 1.2rem; height: 1.2rem;
  border-radius: 50%; border: 2px solid var(--line); background: var(--paper); }
.steps li + li::after { content: ""; position: absolute; top: .6rem; right: 50%; width: 100%; height: .2rem; background: var(--line); }
.steps .done::before, .steps .now::before { background: var(--good); border-color: var(--good); }
.steps .now::before { box-shadow: 0 0 0 .3rem color-mix(in srgb, var(--good) 22%, transparent); }
.steps .done + li.done::after, .steps .done + li.now::after { background: var(--good); }
.steps .now { color: var(--ink); font-weight: 600; }
.panel { border-radius: .75rem; padding: 1rem; }
.panel p { margin: 0 0 .35rem; } .panel ul { margin: .5rem 0 0; }
.button { display: block; margin-top: .85rem; padding: .7rem 1rem; border-radius: .5rem; background: var(--ink); color: var(--paper);
  font-weight: 600; text-align: center; text-decoration: none; }
.button:focus-visible, a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.items { list-style: none; padding: 0; margin: 0; }
.items li { padding: .85rem 0; border-bottom: 1px solid var(--line); }
.row { display: flex; justify-content: space-between; gap: 1rem; } .row > * { margin: 0; }
.row > :last-child { flex: none; font-variant-numeric: tabular-nums; }
.standing { font-size: .875rem; margin: .2rem 0 0; }
.wait { color: var(--wait); }
.sums { margin: .85rem 0; } .sums .row { padding: .15rem 0; } .sums dt { color: var(--soft); }
.sums .total { border-top: 1px solid var(--line); margin-top: .4rem; padding-top: .6rem; font-weight: 700; font-size: 1.1rem; }
.sums .total dt { color: var(--ink); }
.fine { font-size: .85rem; color: var(--soft); margin-top: 2.5rem; }
`;

const HEADLINES: Readonly<Record<PublicStatus, string>> = {
  being_prepared: "We’re getting your order ready",
  waiting_for_stock: "Your order is waiting for stock",
  partly_sent: "Part of your order has been sent",
  on_its_way: "Your order is on its way",
  delivered: "Your order has been delivered",
  returned: "Your order came back to us",
  cancelled: "Your order is cancelled",
};

const WHAT_NEXT: Readonly<Record<PublicStatus, string>> = {
  being_prepared: "We’ll write to you as soon as it leaves us.",
  waiting_for_stock: "New stock is on its way to us, and we keep yours for you. We’ll write when we send it.",
  partly_sent: "The rest follows separately; you’ll hear from us when it leaves.",
  on_its_way: "Follow your parcel below.",
  delivered: "We hope you like it.",
  returned: "We have received what you sent back.",
  cancelled: "Nothing of it will be sent.",
};

/** The page of an order. Money is shown as `20.00 GBP`, dates are in UTC. */
export const OrderStatusPage = ({ order }: { order: PublicOrder }) => (
  <Layout title={`Order ${order.number}`} robots="noindex, nofollow" style={STYLE}>
    <header>
      <p class="kicker">
        Order {order.number} · placed <Day at={order.placedAt} />
      </p>
      <h1>{HEADLINES[order.status]}</h1>
      <p>{WHAT_NEXT[order.status]}</p>
    </header>
    <Steps status={order.status} />
    {order.shipments.length === 0 ? null : (
      <section aria-labelledby="parcels">
        <h2 id="parcels">{order.shipments.length === 1 ? "Your parcel" : "Your parcels"}</h2>
        {order.shipments.map((shipment, i) => (
          <Parcel shipment={shipment} place={order.shipments.length === 1 ? "" : ` ${i + 1}`} />
        ))}
      </section>
    )}
    <section aria-labelledby="items">
      <h2 id="items">What you ordered</h2>
      <ul class="items">
        {order.lines.map((line) => (
          <Item line={line} currency={order.currency} />
        ))}
      </ul>
      <Sums order={order} />
    </section>
    {order.status === "cancelled" ? null : <Destination {...order.destination} />}
    <p class="fine">Please keep the link to this page to yourself: anyone who has it can see your order.</p>
  </Layout>
);

/** The page for every wrong link. */
export const OrderNotFoundPage = () => (
  <Layout title="Order not found" robots="noindex, nofollow" style={STYLE}>
    <h1>We can’t find this order</h1>
    <p>The link may be incomplete. Please open it again from the message we sent you.</p>
  </Layout>
);

const STEPS = ["Received", "Preparing", "On its way", "Delivered"] as const;
const STEP_OF: Readonly<Record<PublicStatus, number | null>> = {
  being_prepared: 1,
  waiting_for_stock: 1,
  partly_sent: 2,
  on_its_way: 2,
  delivered: 3,
  returned: null,
  cancelled: null,
};

const Steps = ({ status }: { status: PublicStatus }) => {
  const now = STEP_OF[status];
  if (now === null) return null;
  return (
    <ol class="steps" aria-label="Progress">
      {STEPS.map((step, i) => (
        <li class={i < now ? "done" : i === now ? "now" : ""} aria-current={i === now ? "step" : undefined}>
          {step}
        </li>
      ))}
    </ol>
  );
};

const Parcel = ({ shipment, place }: { shipment: PublicShipment; place: string }) => (
  <article class="panel" aria-label={`Parcel${place}`}>
    <p class={shipment.deliveredAt === null ? "" : "good"}>
      <strong>
        {shipment.deliveredAt === null ? "Sent on " : "Delivered on "}
        <Day at={shipment.deliveredAt ?? shipment.shippedAt} />
      </strong>
    </p>
    {shipment.carrier === null && shipment.trackingNumber === null ? null : (
      <p class="soft">
        {shipment.carrier} {shipment.trackingNumber}
      </p>
    )}
    {shipment.tracking === null || shipment.deliveredAt !== null ? null : (
      <Tracked tracking={shipment.tracking} />
    )}
    <ul>
      {shipment.lines.map(({ quantity, title }) => (
        <li>
          {quantity} × {title}
        </li>
      ))}
    </ul>
    {shipment.trackingUrl === null ? null : (
      <a class="button" href={shipment.trackingUrl} rel="noreferrer noopener">
        Track parcel{place}
      </a>
    )}
  </article>
);

const TRACKED: Readonly<Record<TrackingStatus, string>> = {
  label_created: "The carrier is waiting for it",
  in_transit: "On its way",
  out_for_delivery: "Out for delivery",
  attempt_failed: "The carrier could not deliver it, and will try again",
  ready_for_pickup: "Ready for you to pick up",
  delivered: "Delivered",
  returned: "On its way back to us",
  exception: "Delayed; we’re looking into it",
  lost: "The carrier can’t find it; we’re looking into it",
};

const Tracked = ({ tracking: { status, at, place, estimatedAt } }: { tracking: PublicTracking }) => (
  <>
    <p>
      {TRACKED[status]}
      {place === null ? null : `, ${place}`} (<Day at={at} />)
    </p>
    {estimatedAt === null ? null : (
      <p class="soft">
        The carrier expects to deliver it on <Day at={estimatedAt} />
      </p>
    )}
  </>
);

const UNIT_STATES: Readonly<Record<UnitState, { words: string; tone: string }>> = {
  delivered: { words: "delivered", tone: "good" },
  sent: { words: "sent", tone: "good" },
  on_its_way: { words: "on the way", tone: "good" },
  being_prepared: { words: "being prepared", tone: "soft" },
  waiting_for_stock: { words: "waiting for stock", tone: "wait" },
  returned: { words: "returned", tone: "soft" },
  cancelled: { words: "cancelled", tone: "soft" },
};

const Item = ({ line, currency }: { line: PublicLine; currency: string }) => (
  <li>
    <div class="row">
      <strong>
        {line.quantity} × {line.title}
      </strong>
      <span>{moneyOf(line.amountMinor, currency)}</span>
    </div>
    <p class="standing">
      {line.units.map(({ state, quantity }, i) => (
        <>
          {i > 0 ? " · " : null}
          <span class={UNIT_STATES[state].tone}>
            {line.units.length === 1
              ? capitalised(UNIT_STATES[state].words)
              : `${quantity} ${UNIT_STATES[state].words}`}
          </span>
        </>
      ))}
    </p>
    <Expected line={line} />
  </li>
);

/** When the line is expected, or that there is no date yet. */
const Expected = ({ line }: { line: PublicLine }) => {
  const words = promiseText(
    {
      shipByOn: line.leavesByOn ?? line.collectFromOn,
      deliverFromOn: line.arrivesFromOn,
      deliverByOn: line.arrivesByOn,
    },
    line.collectFromOn !== null,
  );
  if (words !== null) return <p class="standing">{capitalised(words)}</p>;
  const waits = line.units.some(({ state }) => state === "waiting_for_stock");
  return waits ? <p class="standing soft">There is no date for it yet</p> : null;
};

const Sums = ({ order }: { order: PublicOrder }) => {
  const rows: readonly (readonly [string, number])[] = [
    ["Items", order.itemsMinor],
    ["Shipping", order.shippingMinor],
    ...(order.taxMinor === 0 ? [] : [[order.taxIncluded ? "Tax, included" : "Tax", order.taxMinor] as const]),
  ];
  const after: readonly (readonly [string, number])[] = [
    ...(order.refundedMinor === 0 ? [] : [["Paid back to you", order.refundedMinor] as const]),
    ...(order.refundDueMinor === 0 ? [] : [["Still to be paid back", order.refundDueMinor] as const]),
  ];
  return (
    <dl class="sums">
      {rows.map(([label, amountMinor]) => (
        <Sum label={label} amount={moneyOf(amountMinor, order.currency)} />
      ))}
      <Sum label="Total" amount={moneyOf(order.totalMinor, order.currency)} style="row total" />
      {after.map(([label, amountMinor]) => (
        <Sum label={label} amount={moneyOf(amountMinor, order.currency)} />
      ))}
    </dl>
  );
};

const Sum = ({ label, amount, style = "row" }: { label: string; amount: string; style?: string }) => (
  <div class={style}>
    <dt>{label}</dt>
    <dd>{amount}</dd>
  </div>
);

const Destination = ({ city, countryCode }: PublicOrder["destination"]) => {
  const country = countryCode === null ? null : countryName(countryCode);
  const place = [city, country].filter((part) => part !== null).join(", ");
  if (place === "") return null;
  return (
    <section aria-labelledby="destination">
      <h2 id="destination">Where we send it</h2>
      <p>{place}</p>
    </section>
  );
};

const Day = ({ at }: { at: number }) => (
  <time datetime={new Date(at).toISOString()}>
    {new Date(at).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" })}
  </time>
);

function countryName(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames("en", { type: "region" }).of(code) ?? code;
}

const moneyOf = (amountMinor: number, currency: string) =>
  `${formatMoney(amountMinor, currency)} ${currency}`;
const capitalised = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
