import type { Engine } from './contract.ts';

/** What is known of an engine in any thread. */
export type EngineFacts = Pick<Engine, 'name' | 'identity'>;

/** What results depend on down to their last bits. */
export function engineText({ name, identity }: EngineFacts): string {
  return [name, `tensorflow ${identity.tensorflowVersion ?? 'none'}`, `${identity.threads} threads`, identity.gpu ?? identity.cpuFeatures.join(' ')].join(', ');
}
