package io.aegis.policy.document;

import static io.aegis.policy.document.Documents.READER;
import static io.aegis.policy.document.Documents.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DocumentPrinterTest {

  private static final String CANONICAL =
      """
      format: 1
      version: 7

      roles:
        clerk:
          about: does the pay
        admin: {}

      groups:
        staff:
          about: everybody here
        finance:
          in: [staff]
        payroll:
          in: [finance, staff]

      services:
        payroll-db:
          name: Payroll database
          targets: ['tcp 10.2.0.7:5432', 'tcp [fd00:2::7]:5432']
          tags: [db, production]
          lifetime: {hard: 8h, idle: 15m, lease: true}
          assurance: ip+link
          shared-source: takeover
        wide:
          targets: ['udp 10.3.0.0/24:8000-8080', icmp-echo 10.3.0.0/24, 'tcp [fd00:3::/64]:any']
          lifetime: {hard: 1d12h}
        nowhere:
          targets: []
          lifetime: {hard: 1m30s}

      rules:
        clerks-reach-payroll:
          permit: role clerk
          to: service payroll-db
          when: |
            hours:6-18
            fact:disk_encryption
        finance-reaches-wide:
          permit: group finance
          to: service wide
        not-bob:
          forbid: user bob
          to: tag production
          mode: audit
          when: {hours: 'hours:0-24'}
        night shift:
          permit: role clerk
          to: tag db
          when: 'hours:22-24'

      users:
        alice:
          name: Alice
          roles: [clerk]
          groups: [payroll]
          claims:
            department: '4711'
        bob:
          disabled: true

      tests:
        - bob from 10.1.2.3 may not reach wide
        - alice from 10.1.2.3 over ip+link at 2026-03-01T03:00 Europe/Berlin may not reach payroll-db
        - test: alice from 10.1.2.3 over mtls at 2026-03-01T09:00 Europe/Berlin may reach payroll-db
          methods: [pwd, webauthn]
          authenticated: 10m
          session: 1h
          link:
            interface: eth1
            vlan: 7
            mac: '02:00:00:00:00:01'
          region: de
          device:
            id: laptop
            facts:
              disk_encryption: true
              os_version: '14.5'
              patch_level: {value: 7, age: 40d}
              tags: [a, b]
          others: [bob]
          because: clerks-reach-payroll
      ...
      """;

  @Test
  void print_aWholeDocument_isTheCanonicalForm() throws Exception {
    PolicyDocument document = READER.read(WHOLE);

    assertThat(document.print()).isEqualTo(CANONICAL);
  }

  @Test
  void print_andRead_givesAnEqualDocument() throws Exception {
    PolicyDocument document = READER.read(WHOLE);
    PolicyDocument again = READER.read(document.print());

    assertThat(again).isEqualTo(document).hasSameHashCodeAs(document);
    assertThat(again.print()).isEqualTo(document.print());
  }

  @Test
  void of_aPolicyMadeInAProgram_declaresWhatItsRulesName() throws Exception {
    var policy = READER.read(WHOLE).policy();

    assertThat(PolicyDocument.of(policy).print()).contains("roles:\n  clerk: {}", "  finance: {}");
    assertThat(READER.read(PolicyDocument.of(policy).print()).policy()).isEqualTo(policy);
  }
}
