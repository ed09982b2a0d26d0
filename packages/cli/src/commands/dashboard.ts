import type { Context } from "../context.ts";
import type { CliCommand } from "./command.ts";

/** Registers `briksync dashboard`. */
export function registerDashboard(parent: CliCommand): void {
  parent
    .command("dashboard")
    .summary("Open the settings page of the server in the browser")
    .description(
      "Print the address of Settings → API Access on the server, and open it in the browser at a terminal. " +
        "BROWSER names another program to open it with. The page has its own sign-in.",
    )
    .option("--no-open", "Only print the address")
    .examples({
      "briksync dashboard": "Open the page",
      "briksync dashboard --no-open": "Print its address",
    })
    .runs<[], { readonly open: boolean }>((context, _args, { open }) => openDashboard(context, open));
}

/** Opens the page only for a person at a terminal. */
async function openDashboard(context: Context, mayOpen: boolean): Promise<void> {
  const { host, io } = context;
  const url = `${(await context.settings()).server.value}/settings/api-access`;
  const output = await context.output();
  const { printRecord } = await import("../terminal/print-record.ts");
  if (output === "table") await io.writeData(`${url}\n`);
  else await printRecord(context, { id: url, fields: [{ label: "Address", field: "url", value: url }], json: { url } });
  if (!mayOpen || output !== "table" || !io.isDataTty || !io.isInputTty) return;
  const { openInBrowser } = await import("../terminal/open-in-browser.ts");
  const isOpened = await openInBrowser(host, url);
  if (!isOpened) io.writeStatus("No browser could be started. Open the address yourself.");
}
