/** The report of a reconciliation as a page: the checks, their sums, and every difference. */
import { formatMoney } from "../../kernel/money";
import type { Check, Report, Sum } from "../domain/report";
import { Layout } from "../../platform/http/layout";

const STYLE = `
.panel h2 { margin: 0; } .panel table { margin: .5rem 0 0; font-size: .95rem; } .panel ul { margin: .5rem 0 0; }
`;

export const ReconciliationPage = ({ report }: Readonly<{ report: Report }>) => {
  const found = report.checks.reduce((sum, { exceptionCount }) => sum + exceptionCount, 0);
  return (
    <Layout title={`Reconciliation of ${report.on}`} robots="noindex" style={STYLE}>
      <h1>Reconciliation of {report.on}</h1>
      <p class={report.clean ? "good" : "bad"}>
        <strong>{report.clean ? "Stock, orders and money agree." : `${exceptions(found)} found.`}</strong>
      </p>
      <p class="soft">
        Journal entries are those of the day. Orders and stock are as of{" "}
        {new Date(report.checkedAt).toISOString()}.{report.provisional ? " The day was not over yet." : null}
      </p>
      {report.checks.map((check) => (
        <CheckPanel check={check} />
      ))}
    </Layout>
  );
};

const CheckPanel = ({ check }: Readonly<{ check: Check }>) => (
  <section class="panel" aria-labelledby={check.name}>
    <h2 id={check.name}>{check.title}</h2>
    <p>
      <strong class={check.ok ? "good" : "bad"}>
        {check.ok ? "In order" : exceptions(check.exceptionCount)}
      </strong>
      <span class="soft"> · {check.counted} counted</span>
    </p>
    {check.sums.length === 0 ? null : <Sums sums={check.sums} />}
    {check.exceptions.length === 0 ? null : <Exceptions check={check} />}
    <Items title="Pending" items={check.pending} />
    <Items title="Repaired" items={check.repaired} />
  </section>
);

const Sums = ({ sums }: Readonly<{ sums: readonly Sum[] }>) => (
  <div class="scroll">
    <table>
      <tbody>
        {sums.map(({ name, amount, currency }) => (
          <tr>
            <td>{name}</td>
            <td class="number">
              {currency === null ? String(amount) : `${formatMoney(amount, currency)} ${currency}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const Exceptions = ({ check }: Readonly<{ check: Check }>) => (
  <div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Subject</th>
          <th scope="col" class="number">
            Expected
          </th>
          <th scope="col" class="number">
            Actual
          </th>
        </tr>
      </thead>
      <tbody>
        {check.exceptions.map(({ subject, detail, expected, actual }) => (
          <tr>
            <td>
              {subject}
              <br />
              <span class="soft">{detail}</span>
            </td>
            <td class="number">{String(expected ?? "")}</td>
            <td class="number">{String(actual ?? "")}</td>
          </tr>
        ))}
      </tbody>
    </table>
    {check.exceptionCount > check.exceptions.length ? (
      <p class="soft">Only the first {check.exceptions.length} are listed.</p>
    ) : null}
  </div>
);

const Items = ({ title, items }: Readonly<{ title: string; items: readonly string[] }>) =>
  items.length === 0 ? null : (
    <>
      <p>{title}</p>
      <ul>
        {items.map((item) => (
          <li>{item}</li>
        ))}
      </ul>
    </>
  );

const exceptions = (count: number): string => (count === 1 ? "1 exception" : `${count} exceptions`);
