import { parseConfig } from "../../config/config.ts";
import { createLogger } from "../../logger.ts";
import { warnOfOpenFiles } from "../read-config.ts";
import type { Terminal } from "../terminal.ts";
import { disablePretenuring } from "./disable-pretenuring.ts";
import { startServer } from "./start-server.ts";

const drainDeadlineMs = 10_000;

/**
 * Serves until SIGTERM or SIGINT and then drains. Returns the exit code: 0 if all running requests were answered, 1 if
 * the deadline passed.
 */
export async function serve(terminal: Terminal): Promise<number> {
  disablePretenuring();
  const config = parseConfig(terminal.env);
  warnOfOpenFiles(terminal, config.database);
  const logger = createLogger(config.logLevel, terminal.print);
  const server = await startServer(config, terminal.version, logger);
  // Printed at every log level, because only this line shows the port of PORT=0.
  terminal.print(JSON.stringify({ msg: "listening", url: server.url }));
  const signal = await terminal.waitForStop();
  logger.info({ signal }, "draining");
  const isDrained = await server.drain(drainDeadlineMs);
  logger.info({ complete: isDrained }, "stopped");
  return isDrained ? 0 : 1;
}
