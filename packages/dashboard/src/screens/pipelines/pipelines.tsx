import { messages } from "../../messages.ts";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { Heading } from "../../ui/heading.tsx";
import { TokensSection } from "./tokens-section.tsx";
import { TrustsSection } from "./trusts-section.tsx";

/** What may act for the company without a person: jobs of CI platforms, and automation tokens. */
export function PipelinesScreen() {
  return (
    <>
      <Heading>{messages.titles.pipelines}</Heading>
      <p class="muted">{pipelineMessages.intro}</p>
      <TrustsSection />
      <TokensSection />
    </>
  );
}
