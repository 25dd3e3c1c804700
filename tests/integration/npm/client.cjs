// Posts and reads through @xapi/xapi; prints what it saw as one line of JSON for the test to judge.
const { randomUUID } = require("node:crypto");
const { setTimeout: pause } = require("node:timers/promises");
const XAPI = require("@xapi/xapi");

const actor = {
  objectType: "Agent",
  name: "欧阳 思雨",
  account: { homePage: "https://people.example.int", name: process.env.LRS_PERSON },
};
const xapi = new XAPI({
  endpoint: `${process.env.LRS_ENDPOINT}/`,
  auth: XAPI.toBasicAuth(process.env.LRS_KEY, process.env.LRS_SECRET),
  version: "1.0.3",
});

const statement = (number, registration) => ({
  id: randomUUID(),
  actor,
  verb: XAPI.Verbs.COMPLETED,
  object: {
    objectType: "Activity",
    id: `https://learn.example.int/page/${number}`,
    definition: { name: { en: `Page ${number}`, zh: `第${number}页` } },
  },
  result: { score: { scaled: 0.5, raw: 12.5 }, duration: XAPI.calculateISO8601Duration(new Date(0), new Date(90500)) },
  context: { registration },
});

// Lists answer from a projection, which may be a moment behind the log.
async function until(holds, ask) {
  for (const deadline = Date.now() + 20_000; ; await pause(50)) {
    const answer = await ask();
    if (holds(answer.data)) return answer.data;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(answer.data)}`);
  }
}

const refusal = (error) => error.response?.status ?? error.status ?? String(error);

async function main() {
  const registration = randomUUID();
  const [first, ...rest] = [1, 2, 3].map((number) => statement(number, registration));
  const single = (await xapi.sendStatement({ statement: first })).data;
  const batch = (await xapi.sendStatements({ statements: rest })).data;
  const again = (await xapi.sendStatement({ statement: first })).data;
  const stored = (await xapi.getStatement({ statementId: first.id })).data;

  const all = { agent: { account: actor.account }, registration };
  await until((data) => data.statements.length === 3, () => xapi.getStatements(all));
  const page = (await xapi.getStatements({ ...all, limit: 2, ascending: true })).data;
  const next = (await xapi.getMoreStatements({ more: page.more })).data;

  const [voiding] = (await xapi.voidStatement({ actor, statementId: first.id })).data;
  const left = await until((data) => data.statements.some((each) => each.id === voiding), () => xapi.getStatements({ ...all, verb: first.verb.id }));
  const voided = (await xapi.getVoidedStatement({ voidedStatementId: first.id })).data;
  const gone = await xapi.getStatement({ statementId: first.id }).then(() => 200, refusal);
  const changed = { ...rest[0], result: { success: false } };
  const conflict = await xapi.sendStatement({ statement: changed }).then(() => 200, refusal);
  const invalid = await xapi.sendStatement({ statement: { ...rest[0], id: "7" } }).then(() => 200, refusal);

  const ids = (data) => data.statements.map((each) => each.id);
  const sent = [first, ...rest].map((each) => each.id);
  console.log(JSON.stringify({
    sent, single, batch, again, stored, first: ids(page), next: ids(next), end: next.more,
    left: ids(left), voiding, voided: voided.id, gone, conflict, invalid,
  }));
}

main().catch((error) => {
  console.error(error.response?.status, error.response?.data ?? error);
  process.exitCode = 1;
});
