import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { mailTo } from './mail-to.ts';

/**
 * The topic through which the reports reach people. SNS first asks each address to confirm.
 *
 * It is encrypted by SNS's own key, which any principal of the account may use that may use the topic.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html
 */
export class ReportsTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { addresses }: { readonly addresses: readonly string[] }) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', {
      enforceSSL: true,
      masterKey: kms.Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
    });
    mailTo(this, this.topic, addresses);
  }
}
