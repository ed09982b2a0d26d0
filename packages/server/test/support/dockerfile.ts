/** One instruction, with its name in capitals and its lines joined. */
export interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** Returns the instructions of a Dockerfile in order, without comments and blank lines. */
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

/** Returns the instructions of each stage, starting with its FROM. */
export function splitStages(instructions: readonly Instruction[]): Instruction[][] {
  const stages: Instruction[][] = [];
  for (const instruction of instructions) {
    if (instruction.name === "FROM") stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return stages;
}
