import type { Load } from "../api/use-load.ts";
import { Loading } from "./loading.tsx";
import { ScreenFailure } from "./screen-failure.tsx";

/** Says that something is loading, or why it could not be read. It is empty as soon as the value is there. */
export function LoadState({ value, failure, reload }: Pick<Load<unknown>, "value" | "failure" | "reload">) {
  if (failure !== null) return <ScreenFailure failure={failure} onRetry={reload} />;
  return value === null ? <Loading /> : null;
}
