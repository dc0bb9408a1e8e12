/**
 * Sends a report to the campaign at once. Reports are not in order and may be lost with the browser, which can only make
 * a campaign milder: no report leaves before what it reports has happened.
 */
export async function post(kind: 'found' | 'acknowledged' | 'trouble', report: object): Promise<void> {
  await fetch(`/${kind}`, {method: 'POST', body: JSON.stringify(report)})
}
