import { createHash } from "node:crypto";
import { nodeVersion } from "./platforms.ts";
import { readCommitTime, runTool } from "./run-tool.ts";

interface Component {
  readonly purl: string;
  readonly "bom-ref": string;
  readonly [field: string]: unknown;
}

interface Sbom {
  serialNumber: string;
  metadata: { timestamp: string };
  components: Component[];
  dependencies: { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** The subject of an SBOM. */
export interface SbomInput {
  /** The package of this repository, such as `@briksync/cli`. */
  readonly packageName: string;
  /** The packages whose code is in the built files. By default, all packages that are installed with it. */
  readonly bundled?: readonly { readonly name: string; readonly version: string }[];
  /** Whether Node is also a component, as in the executable. */
  readonly containsNode?: boolean;
}

/**
 * Returns the CycloneDX SBOM of a package, as `pnpm sbom` describes it. It lists what is delivered, not what built it.
 * The order, the serial number and the time depend only on the commit.
 */
export function buildSbom({ packageName, bundled, containsNode = false }: SbomInput): string {
  const scope = bundled === undefined ? ["--prod"] : [];
  const args = ["--filter", packageName, "sbom", ...scope, "--sbom-format", "cyclonedx", "--sbom-type", "application"];
  const sbom: Sbom = JSON.parse(runTool("pnpm", args));
  const names = new Set(bundled?.map(({ name, version }) => nameComponent(name, version)));
  const isInstalled = new Set(bundled === undefined ? [] : listInstalled(packageName));
  const components = sbom.components
    .filter(({ purl }) => bundled === undefined || names.has(purl) || isInstalled.has(purl))
    .map(({ scope: _, properties: __, ...component }) => component as Component);
  if (containsNode) {
    const purl = `pkg:generic/node@${nodeVersion}`;
    components.push({ type: "platform", name: "node", version: nodeVersion, purl, "bom-ref": purl });
  }
  const refs = new Set(components.map((component) => component["bom-ref"]));
  sbom.components = components.sort((one, other) => (one.purl < other.purl ? -1 : 1));
  sbom.dependencies = sbom.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: (dependsOn ?? []).filter((each) => refs.has(each)).sort() }))
    .sort((one, other) => (one.ref < other.ref ? -1 : 1));
  sbom.metadata.timestamp = new Date(readCommitTime() * 1000).toISOString();
  sbom.serialNumber = "";
  const digest = createHash("sha256").update(JSON.stringify(sbom)).digest("hex");
  // A UUID of version 8, which RFC 9562 leaves to applications.
  const uuid = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`, `8${digest.slice(17, 20)}`];
  sbom.serialNumber = `urn:uuid:${[...uuid, digest.slice(20, 32)].join("-")}`;
  return `${JSON.stringify(sbom, null, 2)}\n`;
}

function nameComponent(name: string, version: string): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** Returns the packages that npm installs with a package. */
function listInstalled(packageName: string): readonly string[] {
  const args = ["--filter", packageName, "sbom", "--prod", "--sbom-format", "cyclonedx"];
  const { components }: Sbom = JSON.parse(runTool("pnpm", args));
  return components.map(({ purl }) => purl);
}
