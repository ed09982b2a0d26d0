import { buildkite } from "./buildkite.ts";
import { circleci } from "./circleci.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { kubernetes } from "./kubernetes.ts";
import type { Provider } from "./provider.ts";

/** All providers by name. */
export const providers = { github, gitlab, buildkite, circleci, kubernetes } as const satisfies Record<string, Provider>;

/** Name of a provider. */
export type ProviderName = keyof typeof providers;
