import type { Provider, ProviderName } from "../../domain/trusts/provider.ts";
import { buildkite } from "./buildkite.ts";
import { circleci } from "./circleci.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { kubernetes } from "./kubernetes.ts";

/** All providers by name. */
export const providers: Readonly<Record<ProviderName, Provider>> = { github, gitlab, buildkite, circleci, kubernetes };
