import { Argument } from "commander";
import type { CompleteOptions } from "../completion/complete.ts";
import { type Shell, shells } from "../completion/shells.ts";
import type { Context } from "../context.ts";
import type { CliCommand } from "./command.ts";
import { helpTopics } from "./help-topics.ts";

/** `briksync dashboard` */
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

/** `briksync doctor` */
export function registerDoctor(parent: CliCommand): void {
  parent
    .command("doctor")
    .summary("Diagnose configuration, network and sign-in problems")
    .description(
      "Check everything the CLI depends on: the Node version, the configuration file, environment variables, DNS, the connection, the " +
        "certificate, the clock, the server, the keychain and the session.\n\n" +
        "The command changes no settings and shows no secrets. It exits with the code of the first failed check, or 0.",
    )
    .examples({
      "briksync doctor": "Check the current configuration",
      "briksync doctor --server https://api.example.com": "Check another server before you sign in",
      "briksync doctor -o json": "Print a report to attach to a bug report",
    })
    .runs(async (context) => (await import("../doctor/examine.ts")).examine(context), { reportsRefusedSession: true });
}

/** `briksync completion`, and the hidden `briksync __complete`, which the printed scripts call on every TAB. */
export function registerCompletion(parent: CliCommand): void {
  parent
    .command("completion")
    .summary("Print a shell completion script")
    .description(
      "Print a shell script that completes commands, options, and the names of your keys and companies.\n\n" +
        "To complete words in every new shell, add this line to the file on the right:\n" +
        "  bash   source <(briksync completion bash)      ~/.bashrc\n" +
        "  zsh    source <(briksync completion zsh)       ~/.zshrc, after compinit\n" +
        "  fish   briksync completion fish | source       ~/.config/fish/config.fish",
    )
    .addArgument(new Argument("<shell>", "Your shell: bash, zsh or fish").choices(shells))
    .examples({ "source <(briksync completion bash)": "Complete words in this shell" })
    .runs<[shell: Shell]>(async (context, [shell]) => {
      const { completionScripts } = await import("../completion/scripts.ts");
      await context.io.writeData(completionScripts[shell]);
    });

  parent
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .option("--line <line>")
    .option("--word <word>")
    .option("--descriptions")
    .runs<[words: string[]], CompleteOptions>(
      async (context, [words], options) => {
        const { complete } = await import("../completion/complete.ts");
        await complete(context, parent, words, { ...options, topics: [...helpTopics.keys()] });
      },
      { reportsRefusedSession: true, mentionsUpdate: false },
    );
}

/** `briksync version`, and the hidden `briksync __check-update`, which runs in the background once a day. */
export function registerVersion(parent: CliCommand): void {
  parent
    .command("version")
    .summary("Show the version, and look for a newer one")
    .description(
      "Print the version of the CLI. With --check, look for the latest version.\n\n" +
        "At a terminal, the CLI also mentions a newer version once a day. It sends nothing about you. " +
        "To turn this off, set BRIKSYNC_NO_UPDATE_NOTIFIER=1. " +
        "BRIKSYNC_UPDATE_URL names another address of the release information.",
    )
    .option("--check", "Look for the latest version")
    .examples({
      "briksync version": "Show the version",
      "briksync version --check": "Look for a newer version",
    })
    .runs<[], { readonly check?: boolean }>(
      async (context, _args, { check = false }) =>
        (await import("../update/show-version.ts")).showVersion(context, { check }),
      { mentionsUpdate: false },
    );

  parent
    .command("__check-update", { hidden: true })
    .runs(async (context) => (await import("../update/show-version.ts")).rememberLatestVersion(context), {
      mentionsUpdate: false,
    });
}
