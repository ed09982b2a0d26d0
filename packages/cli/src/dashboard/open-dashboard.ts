import type { Context } from "../context.ts";
import { openInBrowser } from "../terminal/open-in-browser.ts";
import { printRecord } from "../terminal/print-record.ts";

/** Runs `briksync dashboard`. Opens the page only for a person at a terminal. */
export async function openDashboard(context: Context, { mayOpen }: { readonly mayOpen: boolean }): Promise<void> {
  const { host, io } = context;
  const url = `${(await context.settings()).server.value}/settings/api-access`;
  const output = await context.output();
  if (output === "table") await io.writeData(`${url}\n`);
  else await printRecord(context, { id: url, fields: [{ label: "Address", field: "url", value: url }], json: { url } });
  if (!mayOpen || output !== "table" || !io.isDataTty || !io.isInputTty) return;
  const isOpened = await openInBrowser(host, url);
  if (!isOpened) io.writeStatus("No browser could be started. Open the address yourself.");
}
