package io.aegis.enforcer.xdp.internal.table;

import io.aegis.api.Grant;
import io.aegis.api.GrantId;
import io.aegis.enforcer.spi.GrantUpdate.Extension;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/**
 * The smallest change that leads from the grants in force to those wanted. Compares words with
 * words: of a grant that is as it should be no object is made.
 *
 * @param removes in force, but not wanted
 * @param upserts wanted, and not in force as they should be
 * @param extensions in force as they should be, but for the soft expiry
 */
record GrantDifference(List<GrantId> removes, List<Grant> upserts, List<Extension> extensions) {

  private static final long[] NONE = {};

  /**
   * Compares.
   *
   * @throws IllegalArgumentException if two wanted grants have the same id
   */
  static GrantDifference between(GrantTable table, Collection<Grant> wanted) {
    var removes = new ArrayList<GrantId>();
    var upserts = new ArrayList<Grant>();
    var extensions = new ArrayList<Extension>();
    var met = new BitSet(table.memory.shape().records());
    int kept = 0;
    var isNew = new IdIndex();
    isNew.expect(Math.max(wanted.size() - table.index.size(), 0));
    for (Grant grant : wanted) {
      int record = table.index.get(grant.id().value());
      boolean isFirst =
          record == IdIndex.NONE ? isNew.put(grant.id().value(), 0) : !met.get(record);
      if (!isFirst) {
        throw new IllegalArgumentException("grant " + grant.id() + " appears twice");
      }
      if (record == IdIndex.NONE) {
        upserts.add(grant);
        continue;
      }
      met.set(record);
      kept++;
      switch (compare(table.records, record, grant)) {
        case SAME -> {}
        case OTHER_SOFT_EXPIRY -> extensions.add(new Extension(grant.id(), grant.softExpiry()));
        case OTHER -> upserts.add(grant);
      }
    }
    for (long id : kept == table.index.size() ? NONE : table.index.ids()) {
      if (!met.get(table.index.get(id))) {
        removes.add(new GrantId(id));
      }
    }
    return new GrantDifference(removes, upserts, extensions);
  }

  private enum Comparison {
    SAME,
    OTHER_SOFT_EXPIRY,
    OTHER
  }

  private static Comparison compare(Records records, int record, Grant wanted) {
    try {
      if (!records.isSameButSoft(record, wanted)) {
        return Comparison.OTHER;
      }
      boolean isSame = records.softUnixMs(record) == wanted.softExpiry().toEpochMilli();
      return isSame ? Comparison.SAME : Comparison.OTHER_SOFT_EXPIRY;
    } catch (ArithmeticException e) {
      return Comparison.OTHER; // an expiry that no record can hold
    }
  }
}
