/**
 * Which folder may import which. `npm run check:static` fails for an import that runs upward, and for a circle.
 *
 * Each room names the rooms that it stands on. What is not named is above it, or beside it.
 */
const ROOMS = [
  // shared/: what several functions need. It knows none of them.
  { room: 'shared/objects', on: [], why: 'what an object is, and the port to a bucket: the ground' },
  {
    room: 'shared',
    on: ['shared/objects'],
    why: 'the decisions, which are pure, and small things that everybody needs',
  },
  { room: 'shared/report', on: ['shared'], why: 'how numbers and pages look' },
  { room: 'shared/listing', on: ['shared/objects'], why: 'listings, in whatever way they are read' },
  { room: 'shared/ledger', on: ['shared', 'shared/objects', 'shared/listing'], why: 'what is known of a key' },
  { room: 'shared/topic', on: ['shared', 'shared/objects'], why: 'who is subscribed; queues and roles' },
  { room: 'shared/runs', on: ['shared'], why: 'the files of a run, wherever they are' },
  {
    room: 'shared/copy',
    on: ['shared', 'shared/objects', 'shared/ledger'],
    why: 'exact copies, through the port: it never sees the S3 client',
  },
  {
    room: 'shared/s3',
    on: ['shared', 'shared/objects', 'shared/listing', 'shared/runs'],
    why: 'the adapters, which nothing below may know',
  },

  // functions/: each stands alone, so that one can change without the others.
  ...['backfill', 'canary', 'notification', 'reconcile', 'replicate', 'restore'].map((name) => ({
    room: `functions/${name}`,
    deep: true,
    on: [ALL_OF('shared')],
    why: 'a function imports no other function',
  })),

  // infra/: read from the top. A stack knows parts and the configuration, and no code that runs.
  { room: 'infra/config', on: ['shared', 'shared/objects', 'shared/runs'], why: 'what may be configured' },
  { room: 'infra/parts', on: ['infra/config', 'shared'], why: 'what several stacks are made of' },
  { room: 'infra/alarms', on: ['infra/parts', 'infra/config', 'shared'], why: 'what is watched, and who is notified' },
  ...['source', 'destination', 'reconcile', 'restore'].map((name) => ({
    room: `infra/${name}`,
    on: ['infra/alarms', 'infra/parts', 'infra/config', 'shared', 'shared/objects', 'shared/runs', 'shared/topic'],
    why: 'a stack imports no other stack: each is deployed and deleted alone',
  })),
  { room: 'infra', on: [ALL_OF('infra'), 'shared'], why: 'which stacks there are' },

  // cli/: a folder for each command.
  {
    room: 'cli/terminal',
    on: ['functions/reconcile', 'shared', 'shared/objects', 'shared/report'],
    why: 'what people see and answer',
  },
  {
    room: 'cli/aws',
    on: ['cli/terminal', 'shared', 'shared/objects', 'shared/runs', 'shared/s3'],
    why: 'clients, and their errors as people read them',
  },
  {
    room: 'cli/find',
    on: ['cli/aws', 'cli/terminal', 'functions/replicate', 'infra/config', ALL_OF('shared')],
    why: 'which replicator, destination, stack or message is meant',
  },
  {
    room: 'cli/costs',
    on: ['cli/aws', 'functions/reconcile', 'functions/restore', 'infra/config', ALL_OF('shared')],
    why: 'what a command will cost',
  },
  ...['history', 'pause', 'reconcile', 'restore', 'status'].map((name) => ({
    room: `cli/${name}`,
    deep: true,
    on: [
      ...['aws', 'costs', 'find', 'terminal'].map((below) => `cli/${below}`),
      'functions/reconcile',
      'functions/restore',
      'infra/config',
      ALL_OF('shared'),
    ],
    why: 'a command imports no other command',
  })),
  {
    room: 'cli/retry',
    on: [
      ...['aws', 'costs', 'find', 'status', 'terminal'].map((below) => `cli/${below}`),
      'infra/config',
      ALL_OF('shared'),
    ],
    why: 'retries what status shows, and nothing else of the other commands',
  },
  { room: 'cli', on: [ALL_OF('cli'), 'infra/config', 'shared'], why: 'which commands there are' },
];

function ALL_OF(folder) {
  return `${folder}/**`;
}

/** The files of a room: its own, or (`deep`, or all of a folder) also those in folders below. */
function filesOf(room, deep = false) {
  if (room.endsWith('/**')) return `^${room.slice(0, -3)}/`;
  return deep || room.startsWith('functions/') ? `^${room}/` : `^${room}/[^/]+$`;
}

/** All that a room might import: what it does not name, tests, and programs that are no part of the product. */
const OURS = '^(bench|cli|functions|infra|local|shared|test)/';

export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Files that import each other can only be understood, tested and moved together. Move the type down.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...ROOMS.map(({ room, on, why, deep }) => ({
      name: room.replaceAll('/', '-'),
      comment: `${room}/: ${why}`,
      severity: 'error',
      from: { path: filesOf(room, deep) },
      to: { path: OURS, pathNot: [filesOf(room, deep), ...on.map((below) => filesOf(below))] },
    })),
    {
      name: 'every-folder-has-a-room',
      comment: 'A new folder is a new room: say above what it stands on.',
      severity: 'error',
      from: {},
      to: { path: '^(cli|functions|infra|shared)/', pathNot: ROOMS.map(({ room, deep }) => filesOf(room, deep)) },
    },
    {
      name: 'copies-know-no-client',
      comment: 'What decides, copies and compares sees the ports, so that the tests can stand in for S3 and DynamoDB.',
      severity: 'error',
      from: { path: '^shared/(copy|listing|objects|report|runs)/|^shared/[^/]+$' },
      to: { path: '@aws-sdk/' },
    },
    {
      name: 'infra-runs-nothing',
      comment: 'A stack is synthesized without a client of AWS: it looks at nothing that is deployed.',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: '@aws-sdk/' },
    },
    {
      name: 'resolves',
      comment: 'A file or package that is not there.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // It knows no TypeScript 7; swc reads the imports, those of types among them.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(cdk\\.out|\\.local)/' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
