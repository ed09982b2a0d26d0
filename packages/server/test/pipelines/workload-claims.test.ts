import { describe, expect, it } from "vitest";
import { checkExpectedClaims, matchClaims } from "../../src/domain/trusts/match-claims.ts";
import type { ProviderName } from "../../src/domain/trusts/provider.ts";
import { providers } from "../../src/oidc/workload-tokens.ts";
import { sampleClaims } from "../support/workload-claims.ts";

const circle = "oidc.circleci.com";
const samples = Object.entries(sampleClaims).map(([name, sample]) => ({ name: name as ProviderName, ...sample }));

function findRefusals(name: ProviderName, changed: object, pinned: object = {}): readonly string[] {
  const sample = sampleClaims[name];
  const verdicts = matchClaims(providers[name], { ...sample.pinned, ...pinned }, { ...sample.claims, ...changed });
  return verdicts.filter(({ isOk }) => !isOk).map(({ claim, has }) => `${claim}=${has}`);
}

describe.each(samples)("I-01 a trust of $name", ({ name, claims, pinned, run }) => {
  it("allows the token that has all pinned claims, and names its run", () => {
    expect(findRefusals(name, {})).toEqual([]);
    expect(providers[name].describeRun(claims)).toEqual(run);
    expect([...checkExpectedClaims(providers[name], pinned)]).toEqual([]);
  });

  it("requires each claim of its table", () => {
    for (const [required] of providers[name].required) {
      const { [required ?? ""]: _, ...rest } = pinned;
      // The environment is one of two claims, and the message is about the first one.
      expect([...checkExpectedClaims(providers[name], rest).keys()]).toEqual([required]);
    }
  });

  it("compares whole values only", () => {
    for (const [claim, value] of Object.entries(pinned)) {
      for (const wants of [`${value}-evil`, value.slice(0, -1), value.toUpperCase(), ".*", `${value}\n`]) {
        if (wants === value) continue;
        expect(findRefusals(name, {}, { [claim]: wants })).toEqual([`${claim}=${value}`]);
      }
    }
  });

  it("refuses claims that no trust can pin, and empty values", () => {
    for (const claim of name === "kubernetes" ? ["aud"] : ["sub", "aud"]) {
      expect([...checkExpectedClaims(providers[name], { ...pinned, [claim]: "x" }).keys()]).toEqual([claim]);
    }
    const [first = ""] = Object.keys(pinned);
    expect([...checkExpectedClaims(providers[name], { ...pinned, [first]: "" }).keys()]).toEqual([first]);
  });

  it("refuses tokens of all other providers", () => {
    for (const other of samples.filter((sample) => sample.name !== name)) {
      const verdicts = matchClaims(providers[name], pinned, other.claims);
      expect(verdicts.some(({ isOk }) => !isOk)).toBe(true);
    }
  });
});

describe("I-01 GitHub", () => {
  it.each(["pull_request", "pull_request_target", "workflow_run"])("never allows the event %s", (event) => {
    expect(findRefusals("github", { event_name: event })).toEqual([`event_name=${event}`]);
  });

  it.each([
    ["no event", { event_name: undefined }, ["event_name=null"]],
    [
      "the ref of a pull request",
      { ref: "refs/pull/7/merge", workflow_ref: "octo-org/octo-repo/.github/workflows/rotate.yml@refs/pull/7/merge" },
      ["ref=refs/pull/7/merge"],
    ],
    ["a repository with the same name and another ID", { repository_id: "75" }, ["repository_id=75"]],
    ["an owner with the same name and another ID", { repository_owner_id: "66" }, ["repository_owner_id=66"]],
    [
      "a workflow of another repository",
      { workflow_ref: "evil/octo-repo/.github/workflows/rotate.yml@refs/heads/main" },
      ["workflow_path=null", "job_workflow_ref=octo-org/octo-repo/.github/workflows/rotate.yml@refs/heads/main"],
    ],
    [
      "a workflow of another ref",
      { workflow_ref: "octo-org/octo-repo/.github/workflows/rotate.yml@refs/heads/evil" },
      ["workflow_path=null", "job_workflow_ref=octo-org/octo-repo/.github/workflows/rotate.yml@refs/heads/main"],
    ],
    [
      "a reusable workflow that the trust does not pin",
      { job_workflow_ref: "octo-org/shared/.github/workflows/rotate.yml@refs/heads/main" },
      ["job_workflow_ref=octo-org/shared/.github/workflows/rotate.yml@refs/heads/main"],
    ],
    ["no environment", { environment: undefined }, ["environment=null"]],
    ["a list as the environment", { environment: ["production"] }, ["environment=null"]],
  ])("refuses %s", (_, changed, expected) => {
    expect(findRefusals("github", changed)).toEqual(expected);
  });

  it("allows a reusable workflow that the trust pins", () => {
    const job_workflow_ref = "octo-org/shared/.github/workflows/rotate.yml@refs/heads/main";
    expect(findRefusals("github", { job_workflow_ref }, { job_workflow_ref })).toEqual([]);
  });

  it("ignores sub, which repositories can change", () => {
    expect(findRefusals("github", { sub: "repo:octo-org@65/octo-repo@74:anything" })).toEqual([]);
  });
});

describe("I-01 GitLab", () => {
  it.each([
    ["a merge request", { pipeline_source: "merge_request_event" }, ["pipeline_source=merge_request_event"]],
    [
      "an external pull request",
      { pipeline_source: "external_pull_request_event" },
      ["pipeline_source=external_pull_request_event"],
    ],
    ["no source", { pipeline_source: undefined }, ["pipeline_source=null"]],
    [
      "a child pipeline of a merge request",
      { pipeline_source: "parent_pipeline", ref_path: "refs/merge-requests/7/head" },
      ["ref_path=refs/merge-requests/7/head"],
    ],
    ["a ref without protection", { ref_protected: "false" }, ["ref_protected=false"]],
    ["a project with the same path and another ID", { project_id: "21" }, ["project_id=21"]],
  ])("refuses %s", (_, changed, expected) => {
    expect(findRefusals("gitlab", changed)).toEqual(expected);
  });

  it("accepts any installation over TLS, by the exact text of its issuer", () => {
    const { isIssuer } = providers.gitlab;
    expect(isIssuer("https://gitlab.example.com")).toBe(true);
    expect(isIssuer("https://example.com/gitlab")).toBe(true);
    for (const issuer of [
      "http://gitlab.example.com",
      "https://user@gitlab.example.com",
      "https://gitlab.example.com?x",
      "https://gitlab.example.com#x",
      "https://gitlab.example.com/?",
      "https://gitlab.example.com/#",
      "https://GITLAB.example.com",
      "https://gitlab.example.com:443",
      "https://gitlab.example.com/a/../b",
      "gitlab.example.com",
      "",
    ]) {
      expect([issuer, isIssuer(issuer)]).toEqual([issuer, false]);
    }
  });
});

describe("I-01 CircleCI", () => {
  it.each([
    [true, "true"],
    ["true", "true"],
    [1, "1"],
    [["false"], "null"],
    [{ toString: 1, valueOf: 1 }, "null"],
    [null, "null"],
  ])("never allows a rerun with SSH (%j)", (rerun, has) => {
    expect(findRefusals("circleci", { [`${circle}/ssh-rerun`]: rerun })).toEqual([`${circle}/ssh-rerun=${has}`]);
  });

  it("has an issuer for each organization", () => {
    const { isIssuer } = providers.circleci;
    expect(isIssuer("https://oidc.circleci.com/org/1c5b8a53-71c1-4e6c-b5b0-d0e9b5d5b2a1")).toBe(true);
    expect(isIssuer("https://oidc.circleci.com/org/1c5b8a53-71c1-4e6c-b5b0-d0e9b5d5b2a1/x")).toBe(false);
    expect(isIssuer("https://oidc.circleci.com.evil.example/org/1c5b8a53-71c1-4e6c-b5b0-d0e9b5d5b2a1")).toBe(false);
  });
});

describe("I-01 Kubernetes", () => {
  it("refuses an account that was created again under the same name", () => {
    const changed = { "kubernetes.io": { serviceaccount: { uid: "other" } } };
    expect(findRefusals("kubernetes", changed)).toEqual(["kubernetes.io/serviceaccount/uid=other"]);
    expect(findRefusals("kubernetes", { "kubernetes.io": [] })).toEqual(["kubernetes.io/serviceaccount/uid=null"]);
  });
});
