/** One instruction, its name in capitals, its lines joined. */
export interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** Reads the instructions of a Dockerfile, in order; comments and blank lines are left out. */
export function parseDockerfile(text: string): Instruction[] {
  return text
    .replace(/^\s*#.*\n/gm, "")
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [name = "", ...words] = line.trim().split(/\s+/);
      return { name: name.toUpperCase(), value: words.join(" ") };
    });
}

/** The instructions of each stage, from its FROM on. */
export function splitStages(instructions: readonly Instruction[]): Instruction[][] {
  const stages: Instruction[][] = [];
  for (const instruction of instructions) {
    if (instruction.name === "FROM") stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return stages;
}
