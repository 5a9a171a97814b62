import type * as Face from '../../native/index';
import { native, numberGround, posixGround } from '../native/ground';
import { plainPeer, type Peer } from '../peers/peer';
import {
  bytesAt,
  kept,
  made,
  observer,
  size,
  worldOf,
  type Scene,
  type Scope,
  type Stand,
} from './faultStage';

/** Of processes the answers differ with what runs besides; ours is always there. */
const looks: Readonly<Record<string, () => unknown>> = {
  'scan the processes': async () =>
    (await native.scanProcesses()).processes.some(({ pid }) => pid === process.pid),
  'scan the processes for all memory': async () =>
    (await native.scanProcesses(true)).processes.some(({ pid }) => pid === process.pid),
  'scan what threads wait for': async () => (await native.scanWaits([process.pid])).denied,
  'scan the semaphores': async () =>
    (await native.scanSemaphores()).mappings.some(({ pid }) => pid === process.pid),
  'a process': () => native.processEntry(process.pid)?.name,
  'a thread': () => native.threadEntry(process.pid)?.pid,
  threads: () => native.threadEntries(process.pid).length > 0,
  'a program': () => native.programAbi(process.pid),
  mappings: () => native.processMappings(process.pid)?.length,
};

function look([name, act]: [string, () => unknown]): Scene {
  return {
    name,
    prepare: async (scope: Scope) => {
      const ground = posixGround(scope);
      await made({ ground, scope });
      return { act, world: () => worldOf(ground) };
    },
  };
}

/** What this process has of a segment, as it would be of any other process. */
async function objectOf(segment: Face.Segment): Promise<Face.SharedObject | undefined> {
  const { objects } = await native.processMemory(process.pid);
  const { device, inode, shmid } = segment.info();
  const found = objects.find((one) =>
    shmid === null ? one.device === device && one.inode === inode : one.shmid === shmid,
  );
  // It tells of the call that failed as an error does.
  if (found?.refusal) throw found.refusal;
  return found;
}

/** The same segment by way of this process. */
function addressOf(segment: Face.Segment): Face.ProcessAddress {
  const { start = 0 } = native.processEntry(process.pid) ?? {};
  const { device, inode, shmid } = segment.info();
  const place = shmid === null ? { device: device ?? 0, inode: inode ?? 0 } : { shmid };
  return { mechanism: 'process', pid: process.pid, start, ...place };
}

/** As a file that is open, and as a mapping. */
function throughProcess(
  name: string,
  prepare: (stand: Stand, segment: Face.Segment) => () => unknown,
): readonly Scene[] {
  return Object.entries({ posix: posixGround, number: numberGround }).map(([kind, make]) => ({
    name: `${name}, ${kind}`,
    prepare: async (scope) => {
      const ground = make(scope);
      const segment = await made({ ground, scope });
      return { act: prepare({ ground, scope }, segment), world: () => worldOf(ground) };
    },
  }));
}

/** A segment of System V that another program has attached, seen through it. */
function throughPeer(): Scene {
  // One for all trials, because to start it takes longer than all else of them.
  let peer: Peer | undefined;
  return {
    name: 'look through a peer',
    end: () => peer?.quit(),
    prepare: async (scope) => {
      const program = (peer ??= plainPeer());
      const ground = numberGround(scope);
      if (!('key' in ground.segment)) throw new Error('no key');
      await program.ask('shmget', ground.segment.key, size);
      scope.after(() => program.ask('shmdt'));
      await program.write(5000, Uint8Array.of(1, 2, 3));
      return {
        act: async () => {
          const segment = kept(scope, await native.open(ground.segment, observer));
          await segment.findRoute();
          const answers = [bytesAt(segment), bytesAt(segment)];
          segment.close();
          return answers;
        },
        world: () => worldOf(ground),
      };
    },
  };
}

/** What the addon can be asked of processes, and through them. */
export const processScenes: readonly Scene[] = [
  ...Object.entries(looks).map(look),
  ...throughProcess('the memory of a process', (_, segment) => async () => {
    const { size: length, mapped, writable, mode } = (await objectOf(segment)) ?? {};
    return [length, mapped, writable, mode];
  }),
  ...throughProcess('open, look, close through a process', ({ scope }, made) => {
    const address = addressOf(made);
    return async () => {
      const segment = kept(scope, await native.open(address, observer));
      const answers = [segment.info().size, segment.state().removed, bytesAt(segment)];
      segment.close();
      return answers;
    };
  }),
  throughPeer(),
];
