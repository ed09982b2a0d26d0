import { afterAll, afterEach, beforeAll } from "vitest";
import { type Dashboard, startDashboard } from "./open-dashboard.ts";

/** Starts the server and Chromium for all tests of a `describe`. Closes the pages of a test after it. */
export function useDashboard(env?: Readonly<Record<string, string>>): Dashboard {
  const dashboard = {} as Dashboard;
  let started: Dashboard | undefined;
  beforeAll(async () => {
    started = await startDashboard(env);
    Object.assign(dashboard, started);
  });
  afterEach(async () => {
    for (const context of started?.browser.contexts() ?? []) await context.close();
  });
  afterAll(() => started?.close());
  return dashboard;
}
